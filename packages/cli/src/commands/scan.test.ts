import { afterAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const notes = folder.file('notes.txt', 'Dear Ann,\nwrite to john@example.com\ncall 555-123-4567\n');
const clean = folder.file('clean.txt', 'nothing here\n');
mkdirSync(folder.at('tree/deep/node_modules'), { recursive: true });
folder.file('tree/a.txt', 'a@example.com');
folder.file('tree/deep/.env', 'b@example.com');
folder.file('tree/deep/image.bin', Buffer.from('\0\0c@example.com'));
folder.file('tree/deep/utf16.txt', Buffer.from('\ufeffd@example.com', 'utf16le'));
folder.file('tree/deep/node_modules/x.txt', 'e@example.com');
symlinkSync(folder.at('tree'), folder.at('tree/loop'));
afterAll(() => {
  folder.remove();
});

describe('scan', () => {
  it('tells file, line and column of what it finds, and never the value', async () => {
    const { code, out, err } = await runCli(['scan', notes]);

    expect(code).toBe(1);
    expect(out).toBe(`${notes}:2:10: pii email  ****@*******.***\n${notes}:3:6: pii phone  ***-***-****\n`);
    expect(err).toBe('2 findings in 1 input of 1: email, phone\n');
  });

  it('says when nothing was found', async () => {
    const { code, out, err } = await runCli(['scan', clean]);

    expect([code, out, err]).toEqual([0, '', 'nothing found in 1 input\n']);
  });

  it('prints all of it as JSON, without values', async () => {
    const { code, out, json } = await runCli(['scan', notes, clean, '--json']);

    expect(code).toBe(1);
    expect(json).toMatchObject({ clean: false, counts: { email: 1, phone: 1 }, sources: 2, binary: [], unreadable: [] });
    expect(json.findings[0]).toEqual({ source: notes, line: 2, column: 10, kind: 'pii', category: 'email', start: 19, end: 35 });
    expect(out).not.toContain('john');
  });

  it('reads standard input without names, and for -', async () => {
    const plain = await runCli(['scan'], { stdin: ['write to john@exam', 'ple.com'] });
    const dash = await runCli(['scan', clean, '-'], { stdin: 'john@example.com' });

    expect(plain.out).toBe('(standard input):1:10: pii email  ****@*******.***\n');
    expect(dash.err).toBe('1 finding in 1 input of 2: email\n');
  });

  it('finds nothing in an empty standard input', async () => {
    const { code, err } = await runCli(['scan'], { stdin: [] });

    expect([code, err]).toEqual([0, 'nothing found in 1 input\n']);
  });

  it('does not wait for a keyboard', async () => {
    const { code, err } = await runCli(['scan'], { keyboard: true });

    expect([code, err]).toEqual([2, 'enforcecore: nothing to scan: name files, give --text, or send text through a pipe\n']);
  });

  it('walks folders, hidden files and UTF-16 too, and leaves out binaries, node_modules and links', async () => {
    const { json } = await runCli(['scan', folder.at('tree'), '--json']);

    const found = json.findings.map(({ source }: { source: string }) => source.slice(folder.path.length));
    expect(found).toEqual(['/tree/a.txt', '/tree/deep/.env', '/tree/deep/utf16.txt']);
    expect(json.binary).toEqual([folder.at('tree/deep/image.bin')]);
  });

  it('says how many binaries it left out, and reads one that is named', async () => {
    const walked = await runCli(['scan', folder.at('tree')]);
    const named = await runCli(['scan', folder.at('tree/deep/image.bin')]);

    expect(walked.err).toBe('3 findings in 3 inputs of 3: email ×3; 1 binary file left out\n');
    expect(named.code).toBe(1);
  });

  it('goes on past what it cannot read, and ends with 2', async () => {
    const { code, out, err } = await runCli(['scan', folder.at('none'), notes]);

    expect(code).toBe(2);
    expect(out).toContain('pii email');
    expect(err).toContain(`enforcecore: cannot read ${folder.at('none')}: there is no such file\n`);
    expect(err).toContain('1 not read');
  });

  it('does not call an input clean that it could not read', async () => {
    const { code, json } = await runCli(['scan', folder.at('none'), '--json']);

    expect([code, json.clean]).toEqual([2, false]);
  });

  it('looks for the categories asked for', async () => {
    const stdin = 'a@example.com 555-123-4567 ghp_0123456789abcdefghijABCDEFGHIJ012345';

    const email = await runCli(['scan', '--categories', 'email', '--json'], { stdin });
    const secret = await runCli(['scan', '--categories', 'secret', '--json'], { stdin });
    const pii = await runCli(['scan', '--categories', 'pii', '--categories', 'github_token', '--json'], { stdin });

    expect(email.json.counts).toEqual({ email: 1 });
    expect(secret.json.counts).toEqual({ github_token: 1 });
    expect(pii.json.counts).toEqual({ email: 1, phone: 1, github_token: 1 });
  });

  it('suggests the category that was meant', async () => {
    const { code, err } = await runCli(['scan', '--categories', 'emial', '--text', 'x']);

    expect([code, err]).toEqual([2, 'enforcecore: unknown category "emial" (did you mean "email"?); enforcecore info --json lists all of them\n']);
  });

  it.each([
    [['--text', 'x', 'file'], 'choose one: --text, or files'],
    [['-', '-'], 'standard input (-) can be read once'],
    [['--json', '--jsonl'], 'choose one: --json prints one document, --jsonl answers line by line'],
    [['--text', 'x', '--categories', 'email,'], "option '--categories <list>' argument 'email,' is invalid. Expected names with commas between them."],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await runCli(['scan', ...args]);

    expect([code, err]).toEqual([2, `enforcecore: ${message}\n`]);
  });

  it('writes out terminal escapes in file names', async () => {
    const { out } = await runCli(['scan', folder.file('x\x1b[2J.txt', 'a@example.com')]);

    expect(out).toContain('x\\x1b[2J.txt:1:1');
  });

  it('reads bytes that are no text', async () => {
    const { code } = await runCli(['scan'], { stdin: [Buffer.from([0xff, 0xfe, 0xff]), Buffer.from([0xc3, 0x28, 0x00])] });

    expect(code).toBe(0);
  });

  // The owner of everything may read everything.
  (process.getuid?.() === 0 ? it.skip : it)('says which file may not be read (not as root, who may read everything)', async () => {
    const secret = folder.file('secret.txt', 'x');
    chmodSync(secret, 0);

    const { code, err } = await runCli(['scan', secret]);

    expect([code, err]).toEqual([2, expect.stringContaining('permission was denied')]);
  });
});
