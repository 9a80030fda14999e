// One at a time, by a library's lock.

import { Mutex } from "async-mutex";
import { open, type FileHandle } from "node:fs/promises";

export class Journal {
  private readonly mutex = new Mutex();
  private handle: FileHandle | undefined;

  async write(line: string): Promise<void> {
    await this.mutex.runExclusive(async () => {
      if (!this.handle) {
        this.handle = await open("journal", "a");
      }
      await this.handle.appendFile(line);
    });
  }
}

export const journal = new Journal();
