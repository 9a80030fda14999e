// The pid is compared, and then written over.

import fs from "node:fs";
import path from "node:path";

export class Daemon {
  private pidFile: string;

  constructor(folder: string) {
    this.pidFile = path.join(folder, "daemon.pid");
  }

  start(): void {
    if (fs.existsSync(this.pidFile)) throw new Error("running");
    // racelint-expect: non-exclusive-lockfile
    fs.writeFileSync(this.pidFile, `${process.pid}`);
  }
}
