// A report that was asked for, and that nobody waits for.

import fs from "fs";

export function report(outputPath: string, lines: string[]): void {
  fs.writeFileSync(outputPath, lines.join("\n"));
}
