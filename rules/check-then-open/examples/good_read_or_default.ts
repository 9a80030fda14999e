// What was looked for is read, and the error is handled.

import fs from "fs";

export function load(configPath: string): object {
  if (!fs.existsSync(configPath)) return {};
  try {
    return JSON.parse(fs.readFileSync(configPath, "utf8"));
  } catch {
    return {};
  }
}
