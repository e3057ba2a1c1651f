import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineReader, type Line } from './line-reader.js';

function readInPieces(bytes: Buffer, sizes: readonly number[], maxBytes: number): Line[] {
  const reader = new LineReader(maxBytes);
  const lines: Line[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    lines.push(...reader.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return lines;
}

describe('LineReader', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''))), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (texts, sizes) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));

        const lines = readInPieces(bytes, sizes, 10_000);

        expect(lines).toEqual(texts.map((text) => ({ text })));
      }),
    );
  });

  it('keeps the two ends of a line that is too long, and reads the next one', () => {
    const long = `{"id":7,${'x'.repeat(5_000)}"jsonrpc":"2.0"}`;

    const lines = readInPieces(Buffer.from(`${long}\nnext\n`), [100], 1_000);

    expect(lines).toEqual([{ head: long.slice(0, 256), tail: long.slice(-256), bytes: long.length }, { text: 'next' }]);
  });

  it('takes a line of exactly the limit whole', () => {
    const lines = readInPieces(Buffer.from(`${'x'.repeat(1_000)}\n${'x'.repeat(1_001)}\n`), [64], 1_000);

    expect(lines.map((line) => 'text' in line)).toEqual([true, false]);
  });

  it('says nothing of a line that has not ended', () => {
    expect(readInPieces(Buffer.from('half'), [2], 10)).toEqual([]);
  });
});
