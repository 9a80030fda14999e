// The mark is cleared behind the promise of the work, whatever becomes of it: a handler that does nothing waits as well.
export class Merger {
  private busy = false;

  constructor(private readonly store: { take(): Promise<string | null>; merge(id: string): Promise<void> }) {}

  start(): void {
    setInterval(() => {
      if (this.busy) {
        return;
      }
      this.busy = true;
      this.merge()
        .catch(() => {})
        .finally(() => {
          this.busy = false;
        });
    }, 1000);
  }

  private async merge(): Promise<void> {
    const id = await this.store.take();
    if (id) {
      await this.store.merge(id);
    }
  }
}
