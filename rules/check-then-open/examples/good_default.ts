// Both would write the same.

import fs from "fs";

export function ensure(configPath: string): void {
  if (!fs.existsSync(configPath)) {
    fs.writeFileSync(configPath, "{}");
  }
}
