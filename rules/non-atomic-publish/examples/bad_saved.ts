// The folder that is there for a reason is made first.

import * as fs from "node:fs";
import * as path from "node:path";

export function saveRegistry(registryPath: string, entries: string[]): void {
  fs.mkdirSync(path.dirname(registryPath), { recursive: true });
  // racelint-expect: non-atomic-publish
  fs.writeFileSync(registryPath, JSON.stringify(entries));
}
