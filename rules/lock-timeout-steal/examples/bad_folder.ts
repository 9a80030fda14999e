// The same with a folder, at once.

import fs from "fs";

const TIMEOUT_MS = 30_000;

export function acquire(lockDir: string): boolean {
  try {
    fs.mkdirSync(lockDir);
    return true;
  } catch {
    const age = Date.now() - fs.statSync(lockDir).mtimeMs;
    if (age > TIMEOUT_MS) {
      // racelint-expect: lock-timeout-steal
      fs.rmdirSync(lockDir);
      fs.mkdirSync(lockDir);
      return true;
    }
    return false;
  }
}
