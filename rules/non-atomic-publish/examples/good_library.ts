// A library does that.

import writeFileAtomic from "write-file-atomic";

export async function saveSettings(settingsPath: string, settings: object): Promise<void> {
  await writeFileAtomic(settingsPath, JSON.stringify(settings));
}
