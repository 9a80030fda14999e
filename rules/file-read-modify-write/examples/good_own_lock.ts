// A lock file that nobody else may create, from the read to the write.

import fs from "fs";

export function remember(statePath: string, key: string): void {
  const lock = `${statePath}.lock`;
  fs.writeFileSync(lock, String(process.pid), { flag: "wx" });
  try {
    const state = JSON.parse(fs.readFileSync(statePath, "utf8"));
    state[key] = true;
    fs.writeFileSync(`${statePath}.${process.pid}`, JSON.stringify(state));
    fs.renameSync(`${statePath}.${process.pid}`, statePath);
  } finally {
    fs.unlinkSync(lock);
  }
}
