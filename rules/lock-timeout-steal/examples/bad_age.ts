// A lock file of some age is taken for forgotten.

import { stat, unlink, writeFile } from "fs/promises";

const STALE = 5 * 60 * 1000;

export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error: any) {
      if (error.code !== "EEXIST") throw error;
      const seen = await stat(lock);
      if (Date.now() - seen.mtimeMs > STALE) {
        // racelint-expect: lock-timeout-steal
        await unlink(lock);
        continue;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    return await work();
  } finally {
    // racelint-expect: unowned-release
    await unlink(lock);
  }
}
