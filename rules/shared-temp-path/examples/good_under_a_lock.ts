// One at a time.

import fs from "fs/promises";
import lockfile from "proper-lockfile";

export async function save(configPath: string, config: object): Promise<void> {
  await lockfile.lock(configPath);
  await fs.writeFile(`${configPath}.tmp`, JSON.stringify(config));
  await fs.rename(`${configPath}.tmp`, configPath);
}
