import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leafHash } from '../../tree/tree-state.js';
import { ByteLines } from './byte-lines.js';

const NEWLINE = 0x0a;
const utf8 = new TextEncoder();

const anyLine = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 30 }).map((text) => utf8.encode(text)),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => utf8.encode(text)),
  fc.uint8Array({ maxLength: 30 }),
).map((bytes) => bytes.filter((byte) => byte !== NEWLINE));

function joined(lines: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(lines.flatMap((line) => [...line, NEWLINE]));
}

describe('ByteLines', () => {
  it('gives the same lines, places and leaves however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), fc.array(fc.nat(400), { maxLength: 8 }), (lines, cuts) => {
        const bytes = joined(lines);
        const seen: { offset: number; length: number; leaf: string }[] = [];
        const splitter = new ByteLines((line) => seen.push({ offset: line.offset, length: line.length, leaf: line.leaf() }));

        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        places.forEach((from, i) => {
          splitter.push(bytes.subarray(from, places[i + 1] ?? bytes.length));
        });

        let offset = 0;
        const wanted = lines.map((line) => {
          const place = { offset, length: line.length, leaf: leafHash(line) };
          offset += line.length + 1;
          return place;
        });
        expect(seen).toEqual(wanted);
        expect(splitter.end()).toBe(false);
      }),
    );
  });

  it('says which lines are UTF-8', () => {
    const seen: (string | null)[] = [];
    const splitter = new ByteLines(({ text }) => seen.push(text));

    splitter.push(Uint8Array.of(0x61, NEWLINE, 0xc3, 0xbc, NEWLINE, 0xff, NEWLINE, 0xef, 0xbb, 0xbf, 0x61, NEWLINE));

    expect(seen).toEqual(['a', 'ü', null, '\ufeffa']);
  });

  it('visits what follows the last newline only at the end', () => {
    const seen: (string | null)[] = [];
    const splitter = new ByteLines(({ text }) => seen.push(text));
    splitter.push(utf8.encode('one\ntw'));
    splitter.push(utf8.encode('o'));

    expect([seen.length, splitter.held]).toEqual([1, 3]);
    expect(splitter.end()).toBe(true);
    expect(seen).toEqual(['one', 'two']);
  });

  it('takes a line over 16 MiB for its bytes alone', () => {
    const long = new Uint8Array(16 * 1024 * 1024 + 1).fill(0x61);
    const seen: (string | null)[] = [];
    const splitter = new ByteLines((line) => seen.push(line.raw, line.leaf()));

    splitter.push(long);
    splitter.end();

    expect(seen).toEqual([null, leafHash(long)]);
  });
});
