import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const input = folder.at('in');
const out = folder.at('out');
beforeEach(() => {
  rmSync(input, { recursive: true, force: true });
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(input, 'deep/er'), { recursive: true });
  folder.file('in/a.txt', 'a@example.com\r\nplain\r\n');
  folder.file('in/deep/er/b.txt', 'call 555-123-4567, c@example.com');
  folder.file('in/deep/clean.txt', 'nothing');
});
afterAll(() => {
  folder.remove();
});

const written = (name: string): string => readFileSync(join(out, name), 'utf8');

describe('redact --out', () => {
  it('writes cleaned copies at the same places in the folder, and tells what was hidden', async () => {
    const { code, out: printed, err } = await runCli(['redact', input, '--out', out]);

    expect([code, printed, err]).toEqual([0, '', `3 files written to ${out}; hidden in 2 files: email ×2, phone\n`]);
    expect([written('a.txt'), written('deep/er/b.txt'), written('deep/clean.txt')]).toEqual(['<EMAIL>\r\nplain\r\n', 'call <PHONE>, <EMAIL>', 'nothing']);
  });

  it('prints counts per file as JSON', async () => {
    const { json } = await runCli(['redact', input, '--out', out, '--json']);

    expect(json).toEqual({
      out,
      files: [
        { source: join(input, 'a.txt'), file: join(out, 'a.txt'), counts: { email: 1 } },
        { source: join(input, 'deep/clean.txt'), file: join(out, 'deep/clean.txt'), counts: {} },
        { source: join(input, 'deep/er/b.txt'), file: join(out, 'deep/er/b.txt'), counts: { phone: 1, email: 1 } },
      ],
      counts: { email: 2, phone: 1 },
      binary: [],
      unreadable: [],
    });
  });

  it('writes a named file under its own name', async () => {
    await runCli(['redact', join(input, 'deep/er/b.txt'), '--out', out]);

    expect(readdirSync(out)).toEqual(['b.txt']);
  });

  it('leaves out binary files, links and node_modules, and says so of the binary', async () => {
    folder.file('in/image.bin', Buffer.from('\0\0 a@example.com'));
    mkdirSync(join(input, 'node_modules'));
    folder.file('in/node_modules/x.txt', 'x');
    symlinkSync(folder.path, join(input, 'link'));

    const { code, err } = await runCli(['redact', input, '--out', out]);

    expect([code, readdirSync(out)]).toEqual([0, ['a.txt', 'deep']]);
    expect(err).toContain(`left out, for it is binary: ${join(input, 'image.bin')}\n`);
    expect(err).toContain('; 1 binary file left out\n');
  });

  it('goes on past a named binary file, and ends with 2', async () => {
    const image = folder.file('in/image.bin', Buffer.from('\0\0'));

    const { code, err } = await runCli(['redact', image, join(input, 'a.txt'), '--out', out]);

    expect([code, readdirSync(out)]).toEqual([2, ['a.txt']]);
    expect(err).toContain(`cannot copy ${image}: it is binary, expected text`);
    expect(err).toContain('1 not written');
  });

  it('replaces older copies, and does not read them again when the folder is inside of what it reads', async () => {
    const inside = join(input, 'clean');

    await runCli(['redact', input, '--out', inside]);
    const { code, json } = await runCli(['redact', input, '--out', inside, '--json']);

    expect([code, json.files.length]).toEqual([0, 3]);
    expect(existsSync(join(inside, 'clean'))).toBe(false);
  });

  it.each([
    ['what it reads', () => [input, '--out', input]],
    ['an input below the folder', () => [join(input, 'deep'), join(input, 'a.txt'), '--out', input]],
  ])('refuses to write over %s, and writes nothing', async (_, args) => {
    folder.file('in/er', '');
    rmSync(join(input, 'er'));

    const { code, err } = await runCli(['redact', ...args()]);

    expect([code, err]).toEqual([2, expect.stringMatching(/name another folder/)]);
    expect(readFileSync(join(input, 'a.txt'), 'utf8')).toBe('a@example.com\r\nplain\r\n');
  });

  it('refuses to write over an input under another name', async () => {
    mkdirSync(out);
    linkSync(join(input, 'a.txt'), join(out, 'a.txt'));

    const { code, err } = await runCli(['redact', input, '--out', out]);

    expect([code, err]).toEqual([2, expect.stringContaining('is one of the inputs and would be written over')]);
    expect(readFileSync(join(input, 'a.txt'), 'utf8')).toContain('a@example.com');
  });

  it('refuses two inputs that would become one copy', async () => {
    const { code, err } = await runCli(['redact', input, folder.file('a.txt', 'x'), '--out', out]);

    expect([code, err]).toEqual([2, expect.stringContaining('would both be written to')]);
    expect(existsSync(out)).toBe(false);
  });

  it('does not follow a link out of the folder', async () => {
    mkdirSync(out);
    mkdirSync(folder.at('elsewhere'));
    symlinkSync(folder.at('elsewhere'), join(out, 'deep'));

    const { code, err } = await runCli(['redact', input, '--out', out]);

    expect([code, readdirSync(folder.at('elsewhere'))]).toEqual([2, []]);
    expect(err).toContain('it is a link, which could lead out of the folder');
  });

  it('says when something is in the way', async () => {
    const file = folder.file('taken', 'x');

    const { code, err } = await runCli(['redact', input, '--out', file]);

    expect([code, err]).toEqual([2, expect.stringContaining('a file is in its place')]);
  });

  it.each([[['--text', 'x', '--out', 'y']], [['--out', 'y']], [['-', '--out', 'y']]])('is refused with %j', async (args) => {
    const { code, err } = await runCli(['redact', ...args], { stdin: 'x' });

    expect([code, err]).toEqual([2, 'enforcecore: --out is for files and folders: name some\n']);
  });

  it('keeps who may read a file, and leaves nothing else behind', async () => {
    chmodSync(join(input, 'a.txt'), 0o640);

    await runCli(['redact', input, '--out', out]);

    expect(statSync(join(out, 'a.txt')).mode & 0o777).toBe(0o640);
    expect(readdirSync(out).filter((name) => name.startsWith('.enforcecore'))).toEqual([]);
  });

  it('leaves no part of a copy that failed, and writes the others', async () => {
    const words = 'word '.repeat(2_200_000);
    folder.file('in/long.txt', words);

    const { code, err } = await runCli(['redact', input, '--out', out, '--names']);

    expect([code, readdirSync(out)]).toEqual([2, ['a.txt', 'deep']]);
    expect(err).toContain('long.txt was not written: a line or value longer than');
  });

  it('writes no further file when someone asks to stop, and says so', async () => {
    const { code, err } = await runCli(['redact', input, '--out', out], { stopsAtOnce: true });

    expect([code, existsSync(out)]).toEqual([2, false]);
    expect(err).toContain('enforcecore: interrupted: 3 files not written\n');
  });

  it('ends a file that is written to standard output too', async () => {
    const { code, out: printed, err } = await runCli(['redact', join(input, 'a.txt')], { stopsAtOnce: true });

    expect([code, printed, err]).toEqual([2, '', `enforcecore: interrupted: ${join(input, 'a.txt')} was not read to its end\n`]);
  });

  it('offers neither the vault nor its key as an input', async () => {
    writeFileSync(join(input, 'vault.key'), 'a long enough passphrase', { mode: 0o600 });

    const { code, json } = await runCli(['redact', input, '--out', out, '--strategy', 'tokenize', '--vault', join(input, 'my.vault'), '--vault-key-file', join(input, 'vault.key'), '--json']);

    expect([code, json.files.length, json.binary]).toEqual([0, 3, []]);
    expect(written('a.txt')).toBe('⟦EMAIL_1⟧\r\nplain\r\n');
  });

  it('reveals a folder too', async () => {
    const vault = ['--vault', folder.at('f.vault'), '--vault-key-file', folder.file('f.key', '0f'.repeat(32))];
    await runCli(['redact', input, '--out', out, '--strategy', 'tokenize', ...vault]);

    const { code, err } = await runCli(['reveal', out, '--out', folder.at('back'), ...vault]);

    expect([code, err]).toEqual([0, `3 files written to ${folder.at('back')}; turned back in 2 files: email ×2, phone\n`]);
    expect(readFileSync(folder.at('back/deep/er/b.txt'), 'utf8')).toBe('call 555-123-4567, c@example.com');
  });

  it('writes a thousand files, and a terminal sees it count', async () => {
    for (let k = 0; k < 1_000; k += 1) folder.file(`in/f${String(k)}.txt`, k === 7 ? '\0' : `user${String(k)}@example.com\n`);
    folder.file('in/__proto__', 'd@example.com');

    const { code, err } = await runCli(['redact', input, '--out', out], { terminal: 60 });

    expect(code).toBe(0);
    expect(err).toMatch(/\r\x1b\[Kredacting file [\d,]+ of 1,003, /);
    expect(err.endsWith(`1,003 files written to ${out}; hidden in 1,002 files: email ×1,002, phone; 1 binary file left out\n`)).toBe(true);
    expect(written('f999.txt')).toBe('<EMAIL>\n');
    expect(written('__proto__')).toBe('<EMAIL>');
  });

  // The owner of everything may read everything.
  (process.getuid?.() === 0 ? it.skip : it)('goes on past a file that may not be read (not as root, who may read everything)', async () => {
    chmodSync(join(input, 'a.txt'), 0);

    const { code, err } = await runCli(['redact', input, '--out', out]);

    expect([code, readdirSync(out)]).toEqual([2, ['deep']]);
    expect(err).toContain('permission was denied');
  });
});
