// Lines are added at the end.

import fs from "fs";

export function record(historyPath: string, line: string): void {
  fs.appendFileSync(historyPath, line + "\n");
}
