import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { ownFolder, sweepFolders } from './temp-folder.js';

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('folders of sandboxes', () => {
  onLinux('are removed when their process is gone, and left while it lives (Linux only: /proc)', async () => {
    const own = await ownFolder('sandbox');
    // The number of this process, which another had before it: it started at another time.
    const left = own.replace(/-(\d+)-(\d+)-(\d+)-(\w+)$/, '-$1-7-$3-$4');
    const elsewhere = own.replace(/-(\d+)-(\d+)-(\d+)-(\w+)$/, '-$1-7-12-$4');
    for (const folder of [left, elsewhere]) mkdirSync(folder);

    await sweepFolders();

    expect([own, left, elsewhere].map((folder) => existsSync(folder))).toEqual([true, false, true]);
    for (const folder of [own, elsewhere]) rmSync(folder, { recursive: true });
  });
});
