// Macros are loaded anew while another process saves them.

import * as fs from "fs/promises";
import * as path from "path";

export class MacroStore {
  constructor(private readonly stateDir: string) {}

  async save(macros: string): Promise<void> {
    const target = path.join(this.stateDir, "macros.json");
    const temporary = path.join(this.stateDir, "macros.json.tmp");
    await fs.writeFile(temporary, macros);
    // racelint-expect: shared-temp-path
    await fs.rename(temporary, target);
  }
}
