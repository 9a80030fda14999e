// What is read and what is written are two files.

import { readFileSync, writeFileSync, renameSync } from "node:fs";
import { join } from "node:path";

export function convert(folder: string): void {
  const text = readFileSync(join(folder, "config.in"), "utf8");
  const temporary = join(folder, `config.${process.pid}`);
  writeFileSync(temporary, text.toUpperCase());
  renameSync(temporary, join(folder, "config.out"));
}
