import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CostLedger } from './cost-ledger.js';
import { microsOf } from '../cost/money.js';

const budget = (limitMicros: number): { account: string; limitMicros: number } => ({ account: 'a', limitMicros });

describe('CostLedger', () => {
  it('sets aside, settles and releases', () => {
    const ledger = new CostLedger();
    expect(ledger.reserve(['a'], [budget(100)], 60)).toBeUndefined();
    expect(ledger.reserve(['a'], [budget(100)], 60)).toMatchObject({ spentMicros: 60 });
    ledger.release(['a'], 60);
    expect(ledger.reserve(['a'], [budget(100)], 100)).toBeUndefined();
    ledger.settle(['a'], 100);

    expect(ledger.spentUsd('a')).toBe(0.0001);
    expect(ledger.reserve(['a'], [budget(100)], 0)).toBeDefined();
  });

  it('counts money that is already gone, over the budget too', () => {
    const ledger = new CostLedger();
    ledger.record(['a'], 2);

    expect(ledger.spentUsd('a')).toBe(2);
    expect(ledger.reserve(['a'], [budget(1_000_000)], 0)).toMatchObject({ spentMicros: 2_000_000 });
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 1e300])('refuses %p as an amount', (usd) => {
    expect(() => {
      new CostLedger().record(['a'], usd);
    }).toThrow(expect.objectContaining({ code: 'COST_INVALID' }));
  });

  it('is exact where floating point is not', () => {
    const ledger = new CostLedger();
    for (let i = 0; i < 10; i += 1) ledger.record(['a'], 0.1);

    expect(ledger.spentUsd('a')).toBe(1);
    expect(microsOf(0.1 + 0.2, 'x')).toBe(300_000);
    expect(microsOf(0.000_000_01, 'x')).toBe(1);
  });

  it('never holds more than the budget, in any order of reservations and their ends', () => {
    const step = fc.record({ micros: fc.integer({ min: 1, max: 50 }), end: fc.constantFrom('settle' as const, 'release' as const), after: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ledger = new CostLedger();
        const open: { readonly micros: number; readonly end: 'settle' | 'release'; left: number }[] = [];
        let held = 0;
        for (const { micros, end, after } of steps) {
          if (ledger.reserve(['a'], [budget(200)], micros) === undefined) {
            open.push({ micros, end, left: after });
            held += micros;
          }
          expect(held).toBeLessThanOrEqual(200);
          for (const call of open.splice(0)) {
            call.left -= 1;
            if (call.left > 0) open.push(call);
            else {
              ledger[call.end](['a'], call.micros);
              if (call.end === 'release') held -= call.micros;
            }
          }
        }
      }),
    );
  });
});
