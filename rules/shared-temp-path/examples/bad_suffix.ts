// The name ends the same in every process.

import fs from "fs";

export function save(configPath: string, config: object): void {
  const temporary = `${configPath}.tmp`;
  fs.writeFileSync(temporary, JSON.stringify(config));
  // racelint-expect: shared-temp-path
  fs.renameSync(temporary, configPath);
}
