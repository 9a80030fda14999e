/** Search as you type, as it is written first: whichever answer comes last is shown. */
export class NaiveSearch<T> {
  shown: T | null = null;

  async search(ask: () => Promise<T>): Promise<void> {
    // racelint-missed: stale-response
    this.shown = await ask();
  }
}
