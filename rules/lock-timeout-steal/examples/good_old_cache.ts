// Old entries of a cache are no locks.

import fs from "fs";

export function prune(entryPath: string): void {
  if (Date.now() - fs.statSync(entryPath).mtimeMs > 86_400_000) {
    fs.unlinkSync(entryPath);
  }
}
