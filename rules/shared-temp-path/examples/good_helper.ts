// The name comes from a helper.

import fs from "fs";

function temporaryOf(target: string): string {
  return `${target}.tmp.${process.pid}.${Math.random()}`;
}

export function save(configPath: string, config: object): void {
  const temporary = temporaryOf(configPath);
  fs.writeFileSync(temporary, JSON.stringify(config));
  fs.renameSync(temporary, configPath);
}
