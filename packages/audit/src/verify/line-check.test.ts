import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter, type StoredLine } from '../trail/line-splitter.js';
import { leafHash } from '../tree/tree-state.js';
import { SeenCheck } from './checks/seen-check.js';
import { REMEMBERED } from './recent-hashes.js';
import { ByteLine, TextLine } from './stored-line.js';
import { Verdict, type Place } from './verdict.js';

const HERE: Place = { file: 'f', line: 1, index: 0, entry_id: null };

/** Like a hash, and made faster. */
function hashOf(i: number): string {
  return (i * 2654435761 % 0xffff_ffff_ffff).toString(16).padStart(12, '0') + '0'.repeat(52);
}

function seal(line: StoredLine, at: number): unknown[] {
  return [line.text, line.raw?.length, line.isWellFormed, line.length, line.leafWithout(at, 2), line.leaf(), line.leafWithout(at, 1), line.split(at)?.map((part) => part.leaf())];
}

describe('a line', () => {
  it('is the same line whether it comes as bytes, or in a file cut anywhere', () => {
    const anyLine = fc.oneof(fc.string({ unit: 'binary', minLength: 3, maxLength: 40 }).map((text) => Buffer.from(text)), fc.uint8Array({ minLength: 3, maxLength: 40 }).map((bytes) => Buffer.from(bytes)))
      .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a))).filter((bytes) => bytes.length >= 3);
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 8 }), fc.array(fc.nat({ max: 300 }), { maxLength: 5 }), fc.nat({ max: 1 }), (lines, cuts, at) => {
        const file = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
        const found: unknown[] = [];
        const splitter = new LineSplitter((line) => { found.push([...seal(line, at), line.offset]); });
        const ends = [...new Set([...cuts.filter((cut) => cut < file.length), file.length])].sort((a, b) => a - b);
        ends.reduce((start, end) => { splitter.push(Buffer.from(file.subarray(start, end))); return end; }, 0);
        let offset = 0;
        const expected = lines.map((line) => { offset += line.length + 1; return [...seal(new ByteLine(line), at), offset - line.length - 1]; });

        expect([found, splitter.end()]).toEqual([expected, false]);
      }),
    );
  });

  it('is the same line as a text, if it is one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const [one, two] = [new TextLine(text), new ByteLine(Buffer.from(text))];
        expect([one.text, one.length, one.leaf()]).toEqual([two.text, two.length, two.leaf()]);
      }),
    );
    expect(new TextLine('\ud800')).toMatchObject({ text: null, isWellFormed: false });
    expect(new TextLine('abc').leafWithout(1, 1)).toBe(leafHash('ac'));
  });
});

describe('what a writer saw', () => {
  function filled(verdict: Verdict): SeenCheck {
    const seen = new SeenCheck(verdict, 'nothing');
    for (let i = 0; i < REMEMBERED * 2 + 10; i += 1) seen.visit(hashOf(i), null, () => HERE);
    return seen;
  }

  it('fails at once where nothing was forgotten', () => {
    const verdict = new Verdict();
    const seen = new SeenCheck(verdict, 'nothing');

    seen.visit(hashOf(1), hashOf(0), () => HERE);

    expect([verdict.failed, seen.hasFar]).toEqual([true, false]);
  });

  it('may stand far before it, which a second reading finds', () => {
    const verdict = new Verdict();
    const seen = filled(verdict);
    seen.visit(hashOf(-1), hashOf(3), () => HERE);
    expect(seen.hasFar).toBe(true);

    for (let i = 0; i < 10; i += 1) seen.search(hashOf(i), i);
    seen.end();

    expect(verdict.checks().find(({ name }) => name === 'order')?.status).toBe('pass');
  });

  it('fails where a second reading does not find it, or finds it behind', () => {
    for (const at of [REMEMBERED * 4, -1]) {
      const verdict = new Verdict();
      const seen = filled(verdict);
      seen.visit(hashOf(-1), hashOf(-2), () => HERE);

      seen.search(at === -1 ? hashOf(5) : hashOf(-2), at === -1 ? 5 : at);
      seen.end();

      expect(verdict.hasFailed('order')).toBe(true);
    }
  });

  it('is not known where nobody reads a second time', () => {
    const verdict = new Verdict();
    const seen = filled(verdict);
    seen.visit(hashOf(-1), hashOf(3), () => HERE);

    seen.end();

    expect(verdict.checks().find(({ name }) => name === 'order')?.status).toBe('unknown');
  });
});
