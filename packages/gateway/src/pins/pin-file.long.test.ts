import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FilePinStore } from './file-pin-store.js';
import { PinBook } from './pin-book.js';
import { pathsForASuite, tool } from './pins.test.kit.js';

const newPath = pathsForASuite();
const store = new URL('../../dist/pins/file-pin-store.js', import.meta.url).href;

/** A process that pins one new server after another, until it is killed; resolves to how many it was told are pinned. */
function killedWriter(path: string, name: string, afterWrites: number): Promise<number> {
  const program = `
    import { FilePinStore } from ${JSON.stringify(store)};
    const pins = new FilePinStore({ path: ${JSON.stringify(path)} });
    for (let n = 0; ; n++) {
      await pins.judge(${JSON.stringify(name)} + n, [{ name: 'read', description: 'x'.repeat(4000), inputSchema: {} }]);
      console.log('done');
    }`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = 0;
  child.stdout.on('data', (piece: Buffer) => {
    told += piece.toString().split('done').length - 1;
    if (told >= afterWrites) child.kill('SIGKILL');
  });
  return new Promise((resolve) => { child.once('close', () => { resolve(told); }); });
}

describe('a file of pins whose writers are killed', () => {
  it('is never torn, and has everything that a writer was told is pinned', async () => {
    const path = newPath();
    let told = 0;
    for (let round = 0; round < 8; round++) told += (await Promise.all(['a', 'b'].map((name) => killedWriter(path, `${name}${String(round)}-`, 3 + round)))).reduce((sum, one) => sum + one);

    expect((await new PinBook(path).list()).length).toBeGreaterThanOrEqual(told);
  });

  it('can be written again after a lock was left, and no lock stays', async () => {
    const path = newPath();
    await killedWriter(path, 'a', 2);

    expect([...(await new FilePinStore({ path }).judge('late', [tool('read')])).values()]).toEqual(['new']);
    expect((await readdir(dirname(path))).filter((name) => name.startsWith(`${path.split('/').at(-1) ?? ''}.lock`))).toEqual([]);
  });
});

describe('a file of pins', () => {
  it('keeps less of each tool of a server that fills it, and pins it all the same', async () => {
    const path = newPath();
    const pins = new FilePinStore({ path });
    const long = 'x'.repeat(20_000);
    const list = Array.from({ length: 600 }, (_, index) => tool(`t${String(index)}`, { title: long, description: long }));

    const first = [...(await pins.judge('files', list)).values()];

    expect(new Set(first)).toEqual(new Set(['new']));
    expect((await stat(path)).size).toBeLessThan(18_000_000);
    expect(new Set((await pins.judge('files', list)).values())).toEqual(new Set(['pinned']));
  });
});
