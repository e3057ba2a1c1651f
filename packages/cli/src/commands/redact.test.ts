import { afterAll, describe, expect, it } from '@jest/globals';
import { Folder } from '../files.test.kit.js';
import { runCli } from '../io.test.kit.js';

const folder = new Folder();
const notes = folder.file('notes.txt', 'write to john@example.com\ncall 555-123-4567');
afterAll(() => {
  folder.remove();
});

describe('redact', () => {
  it('writes the text with what is personal replaced, and every other byte as it was', async () => {
    const { code, out, err } = await runCli(['redact', notes]);

    expect([code, out, err]).toEqual([0, 'write to <EMAIL>\ncall <PHONE>', '']);
  });

  it('ends the text of --text with a line end', async () => {
    const { out } = await runCli(['redact', '--text', 'a@example.com']);

    expect(out).toBe('<EMAIL>\n');
  });

  it.each([
    ['placeholder', 'a <EMAIL>\n'],
    ['mask', 'a ****@****.***\n'],
    ['remove', 'a \n'],
  ])('can %s', async (strategy, expected) => {
    const { out } = await runCli(['redact', '--text', 'a b@example.com', '--strategy', strategy]);

    expect(out).toBe(expected);
  });

  it('hashes the same way with the same key', async () => {
    const key = folder.file('key', 'k'.repeat(32));
    const args = ['redact', '--text', 'b@example.com', '--strategy', 'hash', '--hash-key-file', key];

    const [first, second] = [await runCli(args), await runCli(args)];

    expect(first.out).toMatch(/^\[HMAC:[0-9a-f]{16}\]\n$/);
    expect(second.out).toBe(first.out);
  });

  it('refuses a key that is short, missing or of no use', async () => {
    const short = await runCli(['redact', '--text', 'x', '--strategy', 'hash', '--hash-key-file', folder.file('short', 'k')]);
    const missing = await runCli(['redact', '--text', 'x', '--strategy', 'hash', '--hash-key-file', folder.at('none')]);
    const useless = await runCli(['redact', '--text', 'x', '--hash-key-file', folder.at('none')]);

    expect([short.code, missing.code, useless.code]).toEqual([2, 2, 2]);
    expect(short.err).toContain('expected at least 16 bytes, got 1');
    expect(useless.err).toBe('enforcecore: --hash-key-file is for --strategy hash\n');
  });

  it('refuses a strategy that is none', async () => {
    const { code, err } = await runCli(['redact', '--text', 'x', '--strategy', 'shred']);

    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are placeholder, mask, hash, remove, tokenize, sha256.');
  });

  it('finds a value that is cut between two pieces of a pipe', async () => {
    const { out } = await runCli(['redact'], { stdin: ['write to john@exam', 'ple.com\nbye'] });

    expect(out).toBe('write to <EMAIL>\nbye');
  });

  it('releases a line as soon as it is complete', async () => {
    const { out } = await runCli(['redact'], { stdin: ['a@example.com\nhalf', ' line\n', 'never'], closesAfter: 2 });

    expect(out).toBe('<EMAIL>\nhalf line\n');
  });

  it('holds a private key until it has ended', async () => {
    const block = ['-----BEGIN PRIVATE KEY-----\n', 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n', '-----END PRIVATE KEY-----\n'];

    const { out } = await runCli(['redact'], { stdin: ['before\n', ...block, 'after\n'] });

    expect(out).toBe('before\n<PRIVATE_KEY>\nafter\n');
  });

  it('writes files one after the other', async () => {
    const { out } = await runCli(['redact', notes, '-'], { stdin: '\nend\n' });

    expect(out).toBe('write to <EMAIL>\ncall <PHONE>\nend\n');
  });

  it('prints JSON with offsets of the text as given', async () => {
    const { code, json } = await runCli(['redact', '--text', 'a b@example.com', '--json']);

    expect(code).toBe(0);
    expect(json).toEqual({ inputs: [{ source: '(text)', text: 'a <EMAIL>', findings: [{ kind: 'pii', category: 'email', start: 2, end: 15 }] }] });
  });

  it('hides the categories asked for', async () => {
    const { out } = await runCli(['redact', '--text', 'a@example.com 555-123-4567', '--categories', 'phone']);

    expect(out).toBe('a@example.com <PHONE>\n');
  });

  it('refuses rules, which it does not hide', async () => {
    const { code, err } = await runCli(['redact', '--text', 'x', '--categories', 'rule']);

    expect(code).toBe(2);
    expect(err).toContain('unknown category "rule"');
  });

  it('passes bytes that are not UTF-8 as U+FFFD, and never fails on them', async () => {
    const { code, out } = await runCli(['redact'], { stdin: [Uint8Array.of(0xff, 0x00, 0xc3), Buffer.from(' a@example.com')] });

    expect([code, out]).toEqual([0, '\ufffd\0\ufffd <EMAIL>']);
  });

  it('cleans a line of ten million characters', async () => {
    const { code, out } = await runCli(['redact'], { stdin: [`${'x'.repeat(10_000_000)} a@example.com\n`] });

    expect([code, out.slice(-11)]).toEqual([0, 'xx <EMAIL>\n']);
  });

  it('writes what it holds when someone asks to stop, and ends well', async () => {
    const { code, out, err } = await runCli(['redact'], { stdin: ['a@example.com\nhalf of b@exam', 'ple.com never arrives'], stopsBefore: 1 });

    expect([code, out, err]).toEqual([0, '<EMAIL>\nhalf of b@exam', '']);
  });

  it('keeps CRLF, NUL and every other character as it was', async () => {
    const { out } = await runCli(['redact'], { stdin: '\ufeffa@example.com\r\n\0\u202e__proto__\r\n' });

    expect(out).toBe('\ufeff<EMAIL>\r\n\0\u202e__proto__\r\n');
  });

  it('writes nothing for nothing', async () => {
    const { code, out, err } = await runCli(['redact'], { stdin: [] });

    expect([code, out, err]).toEqual([0, '', '']);
  });

  it('refuses folders and files that are not there', async () => {
    const { code, err } = await runCli(['redact', folder.path, folder.at('none')]);

    expect([code, err]).toEqual([2, `enforcecore: cannot read ${folder.path}: it is a folder, expected a file; --out writes the files of a folder to another\nenforcecore: cannot read ${folder.at('none')}: there is no such file\n`]);
  });
});
