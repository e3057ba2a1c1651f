import { describe, expect, it } from '@jest/globals';
import { LineCutter } from './line-cutter.js';
import { nearestName } from './nearest-name.js';
import { decodeText, readAll } from './read-text.js';

async function* chunks(...parts: readonly (string | readonly number[])[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(typeof part === 'string' ? Buffer.from(part) : Uint8Array.from(part));
}

async function decoded(bytes: AsyncIterable<Uint8Array>, keepMark = false): Promise<string> {
  let text = '';
  for await (const piece of decodeText(bytes, { keepMark })) text += piece;
  return text;
}

describe('decodeText', () => {
  it('joins a character that arrives in two pieces', async () => {
    expect(await decoded(chunks([0x61, 0xc3], [0xa9]))).toBe('aé');
  });

  it('replaces bytes that are not UTF-8', async () => {
    expect(await decoded(chunks([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
  });

  it('reads UTF-16 in either order when a mark says so, even one byte at a time', async () => {
    expect(await decoded(chunks([0xff], [0xfe], [0x41], [0x00]))).toBe('A');
    expect(await decoded(chunks([0xfe, 0xff, 0x00, 0x41]))).toBe('A');
  });

  it('takes the mark of UTF-8 away, or keeps it for output', async () => {
    expect(await decoded(chunks([0xef, 0xbb, 0xbf, 0x41]))).toBe('A');
    expect(await decoded(chunks([0xef, 0xbb, 0xbf, 0x41]), true)).toBe('\ufeffA');
  });

  it('reads a single byte that could have begun a mark', async () => {
    expect(await decoded(chunks([0xff]))).toBe('\ufffd');
  });

  it('reads nothing from nothing', async () => {
    expect(await decoded(chunks())).toBe('');
  });
});

describe('readAll', () => {
  it('refuses more than the limit', async () => {
    await expect(readAll(chunks('abc', 'def'), 'the input', 5)).rejects.toMatchObject({
      code: 'INPUT',
      message: 'the input is refused: expected at most 5 characters; give it in parts',
    });
  });
});

describe('LineCutter', () => {
  it('gives whole lines, and the last one at the end', () => {
    const cutter = new LineCutter();

    expect(cutter.push(Buffer.from('a\nb\nc'))).toEqual(['a', 'b']);
    expect(cutter.push(Buffer.from('d'))).toEqual([]);
    expect(cutter.push(Buffer.from('\n\n'))).toEqual(['cd', '']);
    expect(cutter.end()).toEqual([]);
  });

  it('tells which line is not UTF-8', () => {
    const cutter = new LineCutter();

    expect(cutter.push(Buffer.from([0x61, 0x0a, 0xff, 0x0a, 0x62, 0x0a]))).toEqual(['a', undefined, 'b']);
  });

  it('does not take the halves of a character for bytes that are not UTF-8', () => {
    const cutter = new LineCutter();
    cutter.push(Buffer.from([0xc3]));

    expect(cutter.push(Buffer.from([0xa9, 0x0a]))).toEqual(['é']);
  });

  it('refuses to hold a line without end', () => {
    const cutter = new LineCutter();
    const piece = Buffer.alloc(32 * 1024 * 1024, 0x61);
    cutter.push(piece);
    cutter.push(piece);

    expect(() => cutter.push(piece)).toThrow('expected at most 67108864 bytes');
  });
});

describe('nearestName', () => {
  const known = ['email', 'phone', 'github_token'];

  it('finds the name that was meant', () => {
    expect([nearestName('emial', known), nearestName('github', known), nearestName('PHONE', known)]).toEqual(['email', 'github_token', 'phone']);
  });

  it('does not guess wildly', () => {
    expect(nearestName('zzzzzzzzzz', known)).toBeUndefined();
  });
});
