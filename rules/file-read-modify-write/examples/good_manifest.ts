// A file that people write, in a project that somebody sets up: nobody else works there.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function addScript(projectDir: string, name: string, command: string): void {
  const path = join(projectDir, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.scripts = { ...manifest.scripts, [name]: command };
  writeFileSync(path, JSON.stringify(manifest, null, 2));
}
