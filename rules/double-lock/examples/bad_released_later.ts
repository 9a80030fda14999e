import { Mutex } from "async-mutex";

/** The first hold ends in `finally`, behind the second. */
export class Counter {
  private mutex = new Mutex();
  private count = 0;

  async next(): Promise<number> {
    const release = await this.mutex.acquire();
    try {
      await this.restore();
      this.count += 1;
      return this.count;
    } finally {
      release();
    }
  }

  private async restore(): Promise<void> {
    // racelint-expect: double-lock
    const release = await this.mutex.acquire();
    this.count = Number(await localForage("count"));
    release();
  }
}

declare function localForage(key: string): Promise<string>;
