// A folder can be made once.

import { mkdir, rmdir } from "node:fs/promises";

export async function alone<T>(lockDir: string, work: () => Promise<T>): Promise<T> {
  await mkdir(lockDir);
  try {
    return await work();
  } finally {
    await rmdir(lockDir);
  }
}
