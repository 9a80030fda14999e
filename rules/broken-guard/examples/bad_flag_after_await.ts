// The flag goes up after the first await: two runs pass the test before either has set it.

export class Backup {
  private running = false;
  private copies: string[] = [];

  async run(): Promise<void> {
    if (this.running) return;
    const name = await this.nextName();
    // racelint-expect: broken-guard
    this.running = true;
    try {
      await fetch(`/backups/${name}`, { method: "POST" });
      this.copies.push(name);
    } finally {
      this.running = false;
    }
  }

  private async nextName(): Promise<string> {
    const answer = await fetch("/backups/next");
    return await answer.text();
  }
}

export const backup = new Backup();
