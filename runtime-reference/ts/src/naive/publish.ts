/** Writing a file as it is written first: in place. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function saveSettings(folder: string, content: string | Uint8Array): Promise<void> {
  // racelint-expect: non-atomic-publish
  await writeFile(join(folder, 'settings.json'), content);
}

/** What others do at any time. */
export async function readSettings(folder: string): Promise<string> {
  return await readFile(join(folder, 'settings.json'), 'utf8');
}
