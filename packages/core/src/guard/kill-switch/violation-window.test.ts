import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ViolationWindow } from './violation-window.js';

const steps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });

function counts(windowMs: number, most: number, gaps: readonly number[]): { counted: number; exact: number; withSlack: number }[] {
  const window = new ViolationWindow(windowMs, most);
  const times: number[] = [];
  return gaps.map((gap) => {
    const now = (times.at(-1) ?? 0) + gap;
    times.push(now);
    const within = (ms: number): number => times.filter((at) => now - at < ms).length;
    return { counted: window.add(now), exact: within(windowMs), withSlack: within(windowMs * (1 + 2 / 64)) };
  });
}

describe('a window of violations', () => {
  it('is exact for small numbers', () => {
    fc.assert(fc.property(steps, (gaps) => {
      for (const { counted, exact } of counts(1_000, 5, gaps)) expect(counted).toBe(exact);
    }));
  });

  it('never counts less than there are, and forgets soon after, for large ones', () => {
    fc.assert(fc.property(steps, (gaps) => {
      for (const { counted, exact, withSlack } of counts(1_000, 10_000, gaps)) {
        expect(counted).toBeGreaterThanOrEqual(exact);
        expect(counted).toBeLessThanOrEqual(withSlack);
      }
    }));
  });
});
