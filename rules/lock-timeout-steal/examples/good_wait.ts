// Waits as long as it takes.

import fs from "fs";

export function acquire(lockDir: string): void {
  for (;;) {
    try {
      fs.mkdirSync(lockDir);
      return;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}
