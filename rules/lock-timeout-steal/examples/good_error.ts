// Who has waited long enough says so.

import { unlink, writeFile } from "fs/promises";

const PATIENCE = 60_000;

export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  const started = Date.now();
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: "wx" });
      break;
    } catch {
      if (Date.now() - started > PATIENCE) throw new Error(`${lock} is held`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    return await work();
  } finally {
    await unlink(lock);
  }
}
