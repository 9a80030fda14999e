// One runner at a time; producers push and kick. The flag is claimed at the door and the loop looks again before it ends.

export class Mailbox {
  private readonly queue: string[] = [];
  private running = false;

  post(message: string): void {
    this.queue.push(message);
    void this.drain();
  }

  private async drain(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      while (this.queue.length > 0) {
        const message = this.queue.shift();
        await fetch("/messages", { method: "POST", body: message });
      }
    } finally {
      this.running = false;
    }
  }
}

export const mailbox = new Mailbox();
