/** Atomic publish against readers of the same folder, and the write in place that tears. */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { publish } from '../src/index.ts';
import { readSettings, saveSettings } from '../src/naive/publish.ts';

async function inFolder(work: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'publish-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** How many of the reads made during the writes were of no whole content. */
async function badReads(write: typeof publish, writes: number, enough: number): Promise<number> {
  let bad = 0;
  await inFolder(async (folder) => {
    const path = join(folder, 'settings.json');
    await writeFile(path, 'a'.repeat(200_000));
    let writing = true;
    const writer = (async () => {
      for (let n = 0; n < writes && bad < enough; n += 1) {
        await write(path, String.fromCharCode(97 + (n % 26)).repeat(200_000));
      }
      writing = false;
    })();
    while (writing && bad < enough) {
      const text = await readSettings(folder);
      if (text.length !== 200_000 || text[0] !== text.at(-1)) bad += 1;
    }
    await writer;
  });
  return bad;
}

test('readers see old or new', async () => {
  assert.equal(await badReads(publish, 60, 1), 0);
});

test('the write in place is seen in parts', async () => {
  const save: typeof publish = (path, content) => saveSettings(dirname(path), content);
  assert.ok((await badReads(save, 5000, 1)) > 0, 'the twin should have torn');
});

test('a failure leaves the old file and no temp', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'blocked');
    await mkdir(join(path, 'inside'), { recursive: true });
    await assert.rejects(publish(path, 'x'));
    assert.deepEqual(await readdir(folder), ['blocked']);
  });
});
