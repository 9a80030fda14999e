// A line is added in one step.

import { appendFileSync, readFileSync } from "node:fs";

export function record(historyPath: string, line: string): void {
  appendFileSync(historyPath, line + "\n");
}

export function lines(historyPath: string): string[] {
  return readFileSync(historyPath, "utf8").split("\n");
}
