export class Usage {
  private bytes = 0;

  async count(url: string): Promise<void> {
    // racelint-expect: non-atomic-update
    this.bytes = this.bytes + (await size(url));
  }

  total(): number {
    return this.bytes;
  }
}

async function size(url: string): Promise<number> {
  const answer = await fetch(url, { method: "HEAD" });
  return Number(answer.headers.get("content-length"));
}

export const usage = new Usage();

setInterval(() => void usage.count("/a"), 1000);
setInterval(() => void usage.count("/b"), 1000);
