/** Writing a file as it is written first: in place. */
import { writeFile } from 'node:fs/promises';

export async function naivePublish(settings: string, content: string | Uint8Array): Promise<void> {
  // racelint-expect: non-atomic-publish
  await writeFile(settings, content);
}
