// A wrapper whose source is not here runs it alone, by its name.

import { readFileSync, writeFileSync } from "node:fs";
import { withFileLock } from "some-locks";

export async function remember(statePath: string, key: string): Promise<void> {
  await withFileLock(statePath, async () => {
    const state = JSON.parse(readFileSync(statePath, "utf8"));
    state[key] = true;
    writeFileSync(statePath, JSON.stringify(state));
  });
}
