// The path is a field.

import { readFile, writeFile } from "node:fs/promises";

export class TokenStore {
  constructor(private readonly tokenPath: string) {}

  async load(): Promise<string> {
    return readFile(this.tokenPath, "utf8");
  }

  async keep(token: string): Promise<void> {
    // racelint-expect: non-atomic-publish
    await writeFile(this.tokenPath, token);
  }
}
