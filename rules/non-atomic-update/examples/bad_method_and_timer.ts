export class Progress {
  private done = 0;

  async step(): Promise<void> {
    const before = this.done;
    const more = await poll();
    // racelint-expect: non-atomic-update
    this.done = before + more;
  }

  percent(): number {
    return this.done;
  }
}

async function poll(): Promise<number> {
  const answer = await fetch("/progress");
  return Number(await answer.text());
}

export const progress = new Progress();

setInterval(() => void progress.step(), 1000);
setInterval(() => void progress.step(), 1500);
