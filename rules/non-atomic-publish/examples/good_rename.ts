// Filled elsewhere, put in place in one step.

import fs from "fs";

export function saveSettings(settingsPath: string, settings: object): void {
  const temporary = `${settingsPath}.${process.pid}.${Date.now()}`;
  fs.writeFileSync(temporary, JSON.stringify(settings));
  fs.renameSync(temporary, settingsPath);
}
