import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodedPieces } from './base64.js';

const encode = (text: string, encoding: BufferEncoding = 'base64'): string => Buffer.from(text, 'utf8').toString(encoding);

describe('decoded pieces', () => {
  it.each(['base64', 'base64url', 'hex'] as const)('tell what a run of %s says', (encoding) => {
    const run = encode('mail john@example.com now', encoding);

    expect(decodedPieces(`see ${run} there`)).toContainEqual({ text: 'mail john@example.com now', start: 4, end: 4 + run.length });
  });

  it('are looked for in decoded pieces, once', () => {
    const [twice, thrice] = [encode(encode('john@example.com')), encode(encode(encode('john@example.com')))];

    expect(decodedPieces(twice).map(({ text }) => text)).toContain('john@example.com');
    expect(decodedPieces(thrice).map(({ text }) => text)).not.toContain('john@example.com');
    expect(decodedPieces(twice).every(({ start, end }) => start === 0 && end === twice.length)).toBe(true);
  });

  it.each(['internationalization', 'dQw4w9WgXcQ', '/usr/local/lib/node_modules', 'e3b0c44298fc1c149afbf4c8996fb924', 'AAAAAAAAAAAAAAAAAAAAAAAA', 'YWJjZGVmZ2hpamtsb=='])('are not seen in %j', (text) => {
    expect(decodedPieces(text)).toEqual([]);
  });

  it('hold the whole text whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'X', 'Z', ' ', '0', '3', '@', '.', 'ä', 'ß', '漢', '😀'), minLength: 16 }), (text) => {
      expect(decodedPieces(`"${encode(text)}"`)[0]).toEqual({ text, start: 1, end: 1 + encode(text).length });
    }));
  });

  it('stop at 64 Ki characters of a run', () => {
    expect(decodedPieces(encode('€'.repeat(100_000)))[0]?.text).toMatch(/^€{16000,17000}$/);
  });
});
