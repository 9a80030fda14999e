// A module-level singleton, made by whoever asks first, or by the first two.

import { open, type FileHandle } from "node:fs/promises";

let log: FileHandle | null = null;

export async function writeLine(line: string): Promise<void> {
  if (log === null) {
    // racelint-expect: racy-lazy-init
    log = await open("server.log", "a");
  }
  await log.appendFile(`${line}\n`);
}

export async function closeLog(): Promise<void> {
  const handle = log;
  log = null;
  await handle?.close();
}
