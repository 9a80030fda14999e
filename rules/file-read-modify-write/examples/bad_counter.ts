// Two hooks that fire together read the same count.

import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const COUNTER = join(homedir(), ".tool", "counter");

export function next(): number {
  let count = 1;
  try {
    count = parseInt(readFileSync(COUNTER, "utf8"), 10) + 1;
  } catch {}
  // racelint-expect: file-read-modify-write
  writeFileSync(COUNTER, String(count));
  return count;
}
