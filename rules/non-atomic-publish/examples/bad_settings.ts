// Read by another function, and by every other process.

import fs from "fs";
import os from "os";
import path from "path";

const SETTINGS = path.join(os.homedir(), ".tool", "settings.json");

export function load(): object {
  return JSON.parse(fs.readFileSync(SETTINGS, "utf8"));
}

export function save(settings: object): void {
  // racelint-expect: non-atomic-publish
  fs.writeFileSync(SETTINGS, JSON.stringify(settings));
}
