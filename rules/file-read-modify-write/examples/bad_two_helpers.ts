// One helper reads, another writes; the path is what a third one answers.

import fs from "fs";
import os from "os";
import path from "path";

function statePath(): string {
  return path.join(os.homedir(), ".tool", "state.json");
}

function load(): Record<string, number> {
  if (!fs.existsSync(statePath())) return {};
  return JSON.parse(fs.readFileSync(statePath(), "utf8"));
}

function save(state: Record<string, number>): void {
  // racelint-expect: file-read-modify-write
  fs.writeFileSync(statePath(), JSON.stringify(state));
}

export function visit(page: string): void {
  const state = load();
  state[page] = (state[page] ?? 0) + 1;
  save(state);
}
