import { Mutex } from "async-mutex";

/** One order everywhere. */
export class Library {
  private books = new Mutex();
  private readers = new Mutex();

  async lend(): Promise<void> {
    await this.books.runExclusive(async () => {
      await this.readers.runExclusive(async () => {
        await fetch("/lend");
      });
    });
  }

  async giveBack(): Promise<void> {
    const release = await this.books.acquire();
    const releaseReaders = await this.readers.acquire();
    await fetch("/give-back");
    releaseReaders();
    release();
  }
}
