// What it removes is its own.

import fs from "fs";

export function once(lockPath: string, work: () => void): void {
  fs.writeFileSync(lockPath, String(process.pid), { flag: "wx" });
  try {
    work();
  } finally {
    fs.unlinkSync(lockPath);
  }
}
