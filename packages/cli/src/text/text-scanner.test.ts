import { describe, expect, it } from '@jest/globals';
import { Redactor } from '@enforcecore/redact';
import fc from 'fast-check';
import type { Detector } from './detector.js';
import type { Piece } from './excerpt.js';
import { TextScanner, type Located } from './text-scanner.js';

const redactor = new Redactor();
const detect: Detector = (text) => redactor.detect(text);
const small = { windowUnits: 400, margin: 200, largestWindow: 4_000 };

function scan(pieces: readonly string[], sizes?: typeof small): readonly Located[] {
  const scanner = new TextScanner(detect, sizes);
  return [...pieces.flatMap((piece) => scanner.push(piece)), ...scanner.end()];
}

describe('TextScanner', () => {
  it('tells line and column from 1', () => {
    expect(scan(['Dear Ann,\nwrite to ', 'john@example.com\n'])).toEqual([
      { kind: 'pii', category: 'email', start: 19, end: 35, line: 2, column: 10, shape: '****@*******.***' },
    ]);
  });

  it('finds in windows what it finds in the whole text, each thing once', () => {
    const words = fc.constantFrom('john@example.com ', 'call 555-123-4567 ', 'plain words ', '\n', 'x'.repeat(90), '🙂 ', 'SSN 123-45-6789\n');
    fc.assert(
      fc.property(fc.array(words, { maxLength: 120 }), (parts) => {
        const text = parts.join('');
        const place = ({ category, start, end }: { category: string; start: number; end: number }): string => `${category} ${String(start)}-${String(end)}`;

        const found = scan(parts, small);

        expect(found.map(place)).toEqual(detect(text).map(place));
        for (const { start, line, column } of found) {
          const before = text.slice(0, start).split('\n');
          expect([line, column]).toEqual([before.length, (before.at(-1) ?? '').length + 1]);
        }
      }),
    );
  });

  it('shows the same surroundings in windows as in the whole text, and nothing of a value', () => {
    const words = fc.constantFrom('john@example.com ', 'plain words ', '\n', '\r\n', 'x'.repeat(90), '🙂', 'SSN 123-45-6789', '555-123-4567 ', 'postgres://u:pw12345678@h.example/x ');
    const excerpt = { around: 30, placeholderOf: ({ category }: { category: string }) => `<${category}>` };
    const piecesOf = (parts: readonly string[], sizes?: typeof small): readonly (readonly Piece[])[] => {
      const scanner = new TextScanner(detect, sizes, { excerpt });
      return [...parts.flatMap((part) => scanner.push(part)), ...scanner.end()].map((one) => one.excerpt?.pieces ?? []);
    };
    const places = (pieces: readonly (readonly Piece[])[]): unknown => pieces.map((line) => line.map(({ start, end, text }) => [start, end, text]));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 100 }), (parts) => {
        const text = parts.join('');
        const values = detect(text);

        const pieces = piecesOf(parts, small);

        expect(places(pieces)).toEqual(places(piecesOf(parts)));
        for (const { start, end, text: shown } of pieces.flat().filter(({ found }) => found.length === 0)) {
          expect(shown).toBe(text.slice(start, end));
          expect(values.filter((value) => value.start < end && value.end > start)).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('waits for the end of a key block that is longer than a window', () => {
    const block = `-----BEGIN PRIVATE KEY-----\n${'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0\n'.repeat(40)}-----END PRIVATE KEY-----\n`;
    const text = `${'filler\n'.repeat(60)}${block}${'after\n'.repeat(200)}`;
    const pieces = text.match(/[^]{1,50}/g) ?? [];

    expect(scan(pieces, small)).toEqual([expect.objectContaining({ category: 'private_key', start: 420, line: 61, column: 1 })]);
  });

  it('scans a line of ten million characters', () => {
    const found = scan(['x'.repeat(10_000_000), ' john@example.com'].flatMap((part) => part.match(/[^]{1,65536}/g) ?? []));

    expect(found).toEqual([expect.objectContaining({ line: 1, column: 10_000_002 })]);
  });

  it('finds nothing in nothing', () => {
    expect(scan([])).toEqual([]);
  });
});
