// Whoever comes second changes nothing.

import fs from "fs";

export function prepare(folder: string): void {
  if (!fs.existsSync(folder)) {
    fs.mkdirSync(folder, { recursive: true });
  }
}
