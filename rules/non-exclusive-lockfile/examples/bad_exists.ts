// Two find no lock, and both write one.

import fs from "fs";

export function acquire(lockPath: string): boolean {
  if (fs.existsSync(lockPath)) return false;
  // racelint-expect: non-exclusive-lockfile
  fs.writeFileSync(lockPath, String(process.pid));
  return true;
}
