// Two first runs find no id, and each draws its own: the one that is kept is not the one that was used.

import fs from "fs";
import { randomUUID } from "crypto";

export function installId(statePath: string): string {
  if (fs.existsSync(statePath)) {
    return fs.readFileSync(statePath, "utf8");
  }
  const id = randomUUID();
  // racelint-expect: check-then-open
  fs.writeFileSync(statePath, id);
  return id;
}
