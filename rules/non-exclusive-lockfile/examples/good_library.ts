// A library does it.

import lockfile from "proper-lockfile";

export async function acquire(lockPath: string): Promise<() => Promise<void>> {
  return lockfile.lock(lockPath);
}
