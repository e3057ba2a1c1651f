import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { keptDigestKey } from './digest-key-file.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enforcecore-digest-key-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const refusal = (path: string, why: RegExp): unknown =>
  expect.objectContaining({ code: 'AUDIT', message: expect.stringMatching(new RegExp(`^the key of the digests, ${path}, .*${why.source}`)) });

describe('keptDigestKey', () => {
  it('makes a key that only its owner can read, and leaves nothing else', () => {
    const path = join(folder, 'new', 'digest.key');

    const key = keptDigestKey(path);

    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(path, 'utf8')).toBe(`${key}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'new'))).toEqual(['digest.key']);
  });

  it('gives the key that is there', () => {
    const path = join(folder, 'digest.key');
    const key = keptDigestKey(path);

    expect(keptDigestKey(path)).toBe(key);
  });

  it('draws another key for another folder', () => {
    expect(keptDigestKey(join(folder, 'a', 'digest.key'))).not.toBe(keptDigestKey(join(folder, 'b', 'digest.key')));
  });

  it.each([['nothing', ''], ['half a key', 'ab'], ['a longer text', 'a'.repeat(100)], ['capitals', 'A'.repeat(64)], ['bytes', '\u0000'.repeat(64)]])(
    'refuses a file that holds %s, and replaces nothing',
    (_name, text) => {
      const path = join(folder, 'digest.key');
      writeFileSync(path, text);

      expect(() => keptDigestKey(path)).toThrow(refusal(path, /does not hold 64 hex digits/));
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('refuses a key that others than its owner may read, until they may not any more', () => {
    const path = join(folder, 'digest.key');
    const key = keptDigestKey(path);
    chmodSync(path, 0o640);

    expect(() => keptDigestKey(path)).toThrow(refusal(path, /may be used by others than its owner \(mode 640\): chmod 600 it/));
    chmodSync(path, 0o400);
    expect(keptDigestKey(path)).toBe(key);
  });

  it('says what to do where the folder cannot be made, and works when it can', () => {
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, '');
    const path = join(blocked, 'digest.key');
    expect(() => keptDigestKey(path)).toThrow(refusal(path, /let this user write its folder, or set auditDigestKey/));

    rmSync(blocked);

    expect(keptDigestKey(path)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses a folder in the place of the key', () => {
    const path = join(folder, 'digest.key');
    mkdirSync(path);

    expect(() => keptDigestKey(path)).toThrow(refusal(path, /EISDIR/));
  });

  it('does not write through a link that leads to nothing', () => {
    const path = join(folder, 'digest.key');
    symlinkSync(join(folder, 'elsewhere'), path);

    expect(() => keptDigestKey(path)).toThrow(refusal(path, /was removed while it was made/));
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  it('gives one key to processes that start at the same moment', async () => {
    const program = join(folder, 'program.mjs');
    buildSync({
      stdin: {
        contents: `
          import { keptDigestKey } from './digest-key-file.ts';
          const start = Number(process.argv[2]);
          while (Date.now() < start);
          const path = process.argv[3];
          const keys = [];
          for (let i = 0; i < 100; i += 1) keys.push(keptDigestKey(path + i + '/digest.key'));
          console.log(keys.join());`,
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
        loader: 'ts',
      },
      outfile: program, bundle: true, platform: 'node', format: 'esm', packages: 'external', conditions: ['@enforcecore/source'],
    });
    const start = String(Date.now() + 1_000);
    const printed = await Promise.all([1, 2, 3, 4].map(() => outputOf(program, [start, join(folder, 'key-')])));

    expect(new Set(printed).size).toBe(1);
    expect(new Set(printed[0]?.split(',')).size).toBe(100);
  });
});

function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString(); });
  return new Promise((resolve) => child.on('close', () => { resolve(text.trim()); }));
}
