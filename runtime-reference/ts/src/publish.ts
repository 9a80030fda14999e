/**
 * Atomic publish: readers see the old file or the new, never a part.
 *
 * A temp of one's own beside the target, synced, renamed, and the folder
 * synced; whatever fails, the old file stays and the temp goes.
 */
import { randomUUID } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

// #region publish
export async function publish(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  // A name that no other process and no other call has.
  const temp = join(folder, `.tmp-${process.pid}-${randomUUID()}`);
  try {
    const file = await open(temp, 'wx');
    try {
      await file.writeFile(content);
      // Before the rename: else the name could survive a power loss, and the content not.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temp, path);
  } catch (error) {
    // If it is not there, there is nothing to remove.
    await unlink(temp).catch(() => undefined);
    throw error;
  }
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
// #endregion publish
