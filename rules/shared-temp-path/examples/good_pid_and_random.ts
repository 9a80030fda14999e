// A name of its own.

import fs from "fs";
import { randomUUID } from "crypto";

export function save(configPath: string, config: object): void {
  const temporary = `${configPath}.${process.pid}.${randomUUID()}`;
  fs.writeFileSync(temporary, JSON.stringify(config));
  fs.renameSync(temporary, configPath);
}
