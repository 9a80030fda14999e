// Waiting makes it no better.

import { rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

const STATE = join(homedir(), ".tool", "state.json");

export async function save(state: object): Promise<void> {
  await writeFile(STATE + ".tmp", JSON.stringify(state));
  // racelint-expect: shared-temp-path
  await rename(STATE + ".tmp", STATE);
}
