// The key that sessions are signed with is drawn twice. The look is an error that was caught: not followed yet.

import { access, readFile, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";

export async function secret(secretPath: string): Promise<string> {
  let there = true;
  try {
    await access(secretPath);
  } catch {
    there = false;
  }
  if (there) return readFile(secretPath, "utf8");
  const drawn = randomBytes(32).toString("hex");
  // racelint-missed: check-then-open
  await writeFile(secretPath, drawn);
  return drawn;
}
