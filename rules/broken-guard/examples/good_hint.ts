// The mark only says what the last look has shown: all runs do the same work whatever it says, and the next look mends it.
interface Queue {
  take(block: boolean): Promise<string | null>;
  emit(event: string): void;
  run(job: string): Promise<void>;
}

export class Worker {
  private drained = false;

  constructor(private readonly queue: Queue) {}

  start(): void {
    setInterval(() => void this.next(), 100);
  }

  private async next(): Promise<void> {
    const job = await this.queue.take(this.drained);
    if (!job) {
      if (!this.drained) {
        this.queue.emit("drained");
        this.drained = true;
      }
      return;
    }
    this.drained = false;
    await this.queue.run(job);
  }
}
