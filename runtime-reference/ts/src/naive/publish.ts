/** Writing a file as it is written first: in place. */
import { writeFile } from 'node:fs/promises';

export async function naivePublish(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content);
}
