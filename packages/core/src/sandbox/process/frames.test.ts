import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frame, FrameReader } from './frames.js';

describe('frames', () => {
  it('come out as they went in, however the pipe cuts them', () => {
    const property = fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 })), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (texts, sizes) => {
      const reader = new FrameReader(1_000);
      const bytes = Buffer.concat(texts.map(frame));

      const read = cut(bytes, sizes).flatMap((chunk) => reader.push(chunk));

      expect(read).toEqual(texts.map((text) => Buffer.from(text).toString()));
    });

    fc.assert(property, { numRuns: 200 });
  });

  it('are refused by what they announce, before anything of them is there', () => {
    const reader = new FrameReader(1_000);

    const read = reader.push(Buffer.from([0, 0, 3, 233]));

    expect(read).toBe('too large');
  });

  it('of whatever bytes are read or refused, and never more than the limit at once', () => {
    const property = fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), (chunks) => {
      const reader = new FrameReader(1_000);

      for (const chunk of chunks) {
        const read = reader.push(Buffer.from(chunk));
        if (read === 'too large') return;
        for (const text of read) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3_000);
      }
    });

    fc.assert(property, { numRuns: 200 });
  });

  it('are read up to the very limit', () => {
    const reader = new FrameReader(1_000);

    const read = reader.push(frame('x'.repeat(1_000)));

    expect(read).toEqual(['x'.repeat(1_000)]);
  });
});

function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
