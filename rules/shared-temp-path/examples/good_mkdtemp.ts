// A folder of its own.

import { mkdtemp, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export async function save(stateDir: string, text: string): Promise<void> {
  const folder = await mkdtemp(join(stateDir, "save-"));
  const temporary = join(folder, "state");
  await writeFile(temporary, text);
  await rename(temporary, join(stateDir, "state"));
}
