import { Mutex } from "async-mutex";

/** Two async mutexes in opposite orders: both callers stay suspended. */
export class Library {
  private books = new Mutex();
  private readers = new Mutex();

  async lend(): Promise<void> {
    await this.books.runExclusive(async () => {
      // racelint-expect: lock-order
      await this.readers.runExclusive(async () => {
        await fetch("/lend");
      });
    });
  }

  async giveBack(): Promise<void> {
    const release = await this.readers.acquire();
    const releaseBooks = await this.books.acquire();
    await fetch("/give-back");
    releaseBooks();
    release();
  }
}
