// Every request has a builder of its own: no second run has the same `this`.

import { open, type FileHandle } from "node:fs/promises";

class Export {
  private handle: FileHandle | undefined;

  constructor(private readonly path: string) {}

  async add(line: string): Promise<void> {
    if (!this.handle) {
      this.handle = await open(this.path, "w");
    }
    await this.handle.appendFile(line);
  }

  async end(): Promise<void> {
    await this.handle?.close();
  }
}

export async function exportLines(path: string, lines: string[]): Promise<void> {
  const file = new Export(path);
  for (const line of lines) {
    await file.add(line);
  }
  await file.end();
}
