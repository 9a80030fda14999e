// A library that keeps its lock fresh.

import lockfile from "proper-lockfile";

export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const release = await lockfile.lock(file, { stale: 10_000 });
  try {
    return await work();
  } finally {
    await release();
  }
}
