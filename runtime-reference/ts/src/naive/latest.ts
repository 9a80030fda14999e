/** Search as you type, as it is written first: whichever answer comes last is shown. */
export class NaiveSearch<T> {
  shown: T | null = null;

  async search(ask: () => Promise<T>): Promise<void> {
    this.shown = await ask();
  }
}
