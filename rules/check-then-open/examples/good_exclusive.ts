// Created in one step that fails where something is.

import fs from "fs";
import { randomUUID } from "crypto";

export function installId(statePath: string): string {
  try {
    fs.writeFileSync(statePath, randomUUID(), { flag: "wx" });
  } catch {
    // Somebody was first.
  }
  return fs.readFileSync(statePath, "utf8");
}
