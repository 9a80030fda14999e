// A library locks for all processes.

import fs from "fs/promises";
import lockfile from "proper-lockfile";

export async function remember(settingsPath: string, key: string): Promise<void> {
  const release = await lockfile.lock(settingsPath);
  try {
    const settings = JSON.parse(await fs.readFile(settingsPath, "utf8"));
    settings[key] = true;
    const temporary = `${settingsPath}.${process.pid}`;
    await fs.writeFile(temporary, JSON.stringify(settings));
    await fs.rename(temporary, settingsPath);
  } finally {
    await release();
  }
}
