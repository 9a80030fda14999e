// The key that sessions are signed with is drawn twice.

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
  await writeFile(secretPath, drawn);
  return drawn;
}
