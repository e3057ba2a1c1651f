import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sink } from '../finding.js';
import { makePlan } from '../plan.js';
import { Digits } from './digits.js';
import { Redactor } from '../redactor.js';

const redactor = new Redactor({ secrets: false });
const parts = fc.constantFrom('555', '123', '4567', '0', '1', '+', '(', ')', '-', '.', ' ', '/', ':', '::', '@', 'a', 'b.co', 'call ', 'ssn ', 'card ', 'id ', '4111 1111 1111 1111', '123-45-6789', '020 7946 0958', '10.0.0.1', 'x', 'ext. 9', ',', ';', '<p>', '>', '*', ']', '#', '\n', '_', 'v', 'é', '电话', '00', '=');
const texts = fc.array(parts, { maxLength: 24 }).map((list) => list.join(''));

describe('what is found among numbers', () => {
  it('lies inside the text, in order, on one line', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let from = 0;
        for (const { start, end } of redactor.detect(text)) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end)).not.toContain('\n');
          from = end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('does not depend on what stands further away than a stream keeps', () => {
    fc.assert(
      fc.property(texts, texts, fc.constantFrom('w', ', and so on', 'x '), (text, far, filler) => {
        const gap = filler.repeat(121);
        const lead = `${far}${gap} . `;
        const alone = redactor.detect(`${gap} . ${text}`).map(({ category, start, end }) => `${category} ${String(start - gap.length)} ${String(end - gap.length)}`);
        const behind = redactor.detect(lead + text).filter(({ start }) => start >= lead.length).map(({ category, start, end }) => `${category} ${String(start - lead.length + 3)} ${String(end - lead.length + 3)}`);

        expect(behind).toEqual(alone.filter((found) => Number(found.split(' ')[1]) >= 3));
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it.each(['placeholder', 'mask', 'hash'] as const)('is not found again in what %s wrote', (strategy) => {
    const again = new Redactor({ secrets: false, strategy, hashKey: 'k'.repeat(32) });

    fc.assert(
      fc.property(texts, (text) => {
        const once = again.redact(text).text;

        expect(again.redact(once).text).toBe(once);
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});

describe('a chain of digits', () => {
  const digits = (text: string): number => {
    const sink = new Sink();
    new Digits(makePlan(new Set(['phone']), new Set())).at(text, 0, sink);
    return sink.openFrom;
  };

  it('is kept whole when the text ends in it', () => {
    expect(digits('12 '.repeat(20))).toBe(0);
    expect(digits('12 '.repeat(20).trimEnd())).toBe(0);
  });

  it('is let go when it is short or has ended', () => {
    expect(digits('12 34 56')).toBe(-1);
    expect(digits(`${'12 '.repeat(20)}end`)).toBe(-1);
    expect(digits(`${'12 '.repeat(20)}\n`)).toBe(-1);
    expect(digits(`${'12 '.repeat(20)}    `)).toBe(-1);
  });
});
