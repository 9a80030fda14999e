// What is put aside and put back is no temporary file.

import fs from "fs";

export function migrate(configPath: string, check: () => boolean): void {
  fs.copyFileSync(configPath, `${configPath}.bak`);
  if (!check()) {
    fs.renameSync(`${configPath}.bak`, configPath);
  }
}
