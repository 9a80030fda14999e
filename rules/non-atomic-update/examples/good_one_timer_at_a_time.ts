// No second timer is set before the work of the first has ended.

declare function upload(from: number): Promise<number>;

export class Outbox {
  private busy = false;
  private sent = 0;

  async schedule(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    setTimeout(async () => {
      try {
        const before = this.sent;
        const more = await upload(before);
        this.sent = before + more;
      } finally {
        this.busy = false;
      }
    }, 200);
  }
}

export const outbox = new Outbox();
