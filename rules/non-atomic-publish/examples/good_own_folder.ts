// A folder that nobody else knows.

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function saveConfigFor(run: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "run-"));
  await writeFile(join(folder, "config.json"), run);
  return folder;
}
