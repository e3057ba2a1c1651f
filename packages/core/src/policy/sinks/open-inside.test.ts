import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PathEscapeError, openInside } from './open-inside.js';

let base = '';
let root = '';

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'open-inside-')));
  root = join(base, 'root');
  for (const folder of ['root/dir/deep', 'outside/deep']) mkdirSync(join(base, folder), { recursive: true });
  for (const place of ['root/a', 'root/dir/a', 'root/dir/deep/a']) writeFileSync(join(base, place), 'inside');
  for (const place of ['outside/a', 'outside/deep/a']) writeFileSync(join(base, place), 'SECRET');
  symlinkSync('../outside', join(root, 'out'));
  symlinkSync('dir', join(root, 'in'));
  symlinkSync('../outside/a', join(root, 'file'));
  symlinkSync('../outside/created', join(root, 'dangling'));
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

function read(path: string): string {
  const fd = openInside(root, path);
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

describe('openInside', () => {
  it.each(['a', 'dir/a', 'in/a', 'in/deep/a', './dir/../a', 'in/deep/../../a'])('opens %j', (path) => {
    expect(read(path)).toBe('inside');
  });

  it('opens absolute paths that lie inside', () => {
    expect(read(join(root, 'dir/a'))).toBe('inside');
  });

  it.each(['../outside/a', 'out/a', 'file', '/etc/passwd', 'dangling', 'in/../../outside/a', '/proc/self/environ', 'a\0', '..\\x', '', '..'])('refuses %j with a typed error that does not quote it', (path) => {
    let caught: unknown;
    try {
      closeSync(openInside(root, path, 'r'));
    } catch (error) {
      caught = error;
    }

    expect(caught).toBeInstanceOf(PathEscapeError);
    expect(caught).toMatchObject({ code: 'PATH_ESCAPE', name: 'PathEscapeError' });
    expect(String(caught)).not.toMatch(/outside|passwd/);
  });

  it('creates, empties and appends inside only', () => {
    const write = (path: string, flags: 'w' | 'a' | 'wx', text: string): void => {
      const fd = openInside(root, path, flags);
      writeSync(fd, text);
      closeSync(fd);
    };
    write('dir/new', 'wx', 'one two');
    write('in/new', 'w', 'three');
    write('dir/new', 'a', ' four');

    expect(read('dir/new')).toBe('three four');
    expect(() => write('dir/new', 'wx', '')).toThrow(/EEXIST/);
    expect(() => write('dangling', 'w', 'x')).toThrow(PathEscapeError);
    expect(existsSync(join(base, 'outside/created'))).toBe(false);
  });

  it('gives the error of the system for what is missing', () => {
    expect(() => openInside(root, 'missing')).toThrow(/ENOENT/);
  });

  it('leaves no descriptor open when it refuses', () => {
    if (!existsSync('/proc/self/fd')) return;
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 50; i++) {
      for (const path of ['out/a', 'missing', 'dir/missing', 'a/x', 'dir/deep/missing/x']) expect(() => openInside(root, path)).toThrow();
    }

    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 2);
  });

  it('never gives or empties a byte from outside while a directory and a file are swapped for links', async () => {
    const swapped = join(root, 'swap');
    mkdirSync(join(swapped, 'deep'), { recursive: true });
    writeFileSync(join(swapped, 'deep/a'), 'inside');
    writeFileSync(join(root, 'leaf'), 'inside');
    symlinkSync('../outside', join(root, 'linked'));
    symlinkSync('../outside/a', join(root, 'leaflink'));
    const script = `const fs = require('node:fs'); const [root] = process.argv.slice(1); const at = (name) => root + '/' + name;
      const swap = (a, b, c) => { fs.renameSync(at(a), at(c)); fs.renameSync(at(b), at(a)); fs.renameSync(at(c), at(b)); };
      process.stdout.write('ready'); for (;;) { swap('swap', 'linked', 'spare'); swap('leaf', 'leaflink', 'spareleaf'); }`;
    const swapper = spawn(process.execPath, ['-e', script, root], { stdio: ['ignore', 'pipe', 'ignore'] });
    const seen = { inside: 0, escaped: 0, other: 0 };
    try {
      await new Promise((ready) => swapper.stdout.once('data', ready));
      const until = performance.now() + 2000;
      for (let turn = 0; performance.now() < until; turn++) {
        try {
          const writes = turn % 4 === 0;
          const fd = openInside(root, turn % 2 === 0 ? 'swap/deep/a' : 'leaf', writes ? 'a' : 'r');
          if (!writes) expect(readFileSync(fd, 'utf8')).toBe('inside');
          closeSync(fd);
          seen.inside++;
        } catch (error) {
          if (error instanceof PathEscapeError) seen.escaped++;
          else if ((error as NodeJS.ErrnoException).code === 'ENOENT') seen.other++; // every error of fs has a code
          else throw error;
        }
      }
    } finally {
      swapper.kill('SIGKILL');
    }

    expect(readFileSync(join(base, 'outside/deep/a'), 'utf8')).toBe('SECRET');
    expect(seen.inside).toBeGreaterThan(0);
    expect(seen.escaped).toBeGreaterThan(0);
  });

  it('opens what a rename put in place of the file', () => {
    writeFileSync(join(root, 'fresh'), 'inside');
    renameSync(join(root, 'fresh'), join(root, 'a'));

    expect(read('a')).toBe('inside');
  });
});
