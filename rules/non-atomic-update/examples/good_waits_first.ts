export class Usage {
  private bytes = 0;

  async count(url: string): Promise<void> {
    const more = (await (await fetch(url)).text()).length;
    this.bytes = this.bytes + more;
  }

  total(): number {
    return this.bytes;
  }
}

export const usage = new Usage();

setInterval(() => void usage.count("/a"), 1000);
setInterval(() => void usage.count("/b"), 1000);
