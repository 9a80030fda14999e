// An entry is added to what was read before; async makes no difference.

import * as fs from "fs/promises";

export async function remember(configPath: string, key: string, value: string): Promise<void> {
  const settings = JSON.parse(await fs.readFile(configPath, "utf8"));
  settings[key] = value;
  // racelint-expect: file-read-modify-write
  await fs.writeFile(configPath, JSON.stringify(settings, null, 2));
}
