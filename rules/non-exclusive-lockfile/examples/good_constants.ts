// The same by the flags of the system.

import { constants } from "fs";
import { open } from "fs/promises";

export async function acquire(lockPath: string): Promise<boolean> {
  try {
    await open(lockPath, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY);
    return true;
  } catch {
    return false;
  }
}
