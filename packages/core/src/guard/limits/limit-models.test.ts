import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LimitHold } from './limit-store.js';
import { LawBench } from '../../testing/limit-laws/law-bench.js';
import { MemoryLimitStore } from './memory-limit-store.js';
import { RateLimiter } from './rate-limiter.js';

const steps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 120 });

describe('a sliding window', () => {
  it('lets in exactly what a list of all times would, with blocked calls and without', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), fc.boolean(), (pauses, maxCalls, countsBlocked) => {
        const limiter = new RateLimiter();
        const request = { key: 'k', rule: { maxCalls, windowMs: 1_000 } };
        const counted: number[] = [];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          const fits = counted.filter((at) => at + 1_000 > now).length < maxCalls;

          expect(limiter.acquire([request], now) === undefined).toBe(fits);
          if (!fits && countsBlocked) limiter.count([request], now);
          if (fits || countsBlocked) counted.push(now);
        }
      }),
    );
  });

  it('tells the shortest wait', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), fc.double({ min: 0, max: 1e9, noNaN: true }), (pauses, maxCalls, start) => {
        const limiter = new RateLimiter();
        const request = { key: 'k', rule: { maxCalls, windowMs: 1_000 } };
        let now = start;
        for (const pause of pauses) {
          now += pause / 3;
          const full = limiter.acquire([request], now);
          if (full === undefined) continue;
          expect(limiter.acquire([request], now + full.retryAfterMs - 0.01)).toBeDefined();
          now += full.retryAfterMs;
          expect(limiter.acquire([request], now)).toBeUndefined();
        }
      }),
    );
  });
});

describe('gcra', () => {
  it('lets in exactly what a bucket would that drips at an even pace', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), (pauses, calls, size) => {
        const burst = Math.min(calls, size);
        const limiter = new RateLimiter();
        // Whole intervals, so that the model needs no rounding.
        const request = { key: 'k', rule: { maxCalls: calls, windowMs: calls * 100, algorithm: 'gcra' as const, burst } };
        let now = 0;
        let level = 0;
        for (const pause of pauses) {
          now += pause;
          level = Math.max(0, level - pause);
          const fits = level + 100 <= burst * 100;

          expect(limiter.acquire([request], now) === undefined).toBe(fits);
          if (fits) level += 100;
        }
      }),
    );
  });
});

describe('budgets', () => {
  const step = fc.record({
    micros: fc.integer({ min: 0, max: 60 }),
    accounts: fc.subarray([0, 1, 2], { minLength: 1 }),
    end: fc.constantFrom('settle' as const, 'release' as const, 'expire' as const),
    actual: fc.integer({ min: 0, max: 60 }),
    after: fc.nat(6),
    again: fc.constantFrom('settle' as const, 'release' as const),
  });

  it('are never overspent by what was set aside, in any order of takes, ends and deaths; and the sums are exact', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (plan) => {
        const bench = new LawBench(new MemoryLimitStore(), { advance: () => undefined });
        const limits = [150, 200, 250];
        const model = limits.map(() => ({ spent: 0, aside: 0 }));
        let open: { readonly hold: LimitHold; readonly plan: (typeof plan)[number]; left: number }[] = [];
        const end = async ({ hold, plan: { end: how, micros, actual, accounts, again } }: (typeof open)[number]): Promise<void> => {
          // Never more than was set aside, so that every overspending is the store's own.
          const cost = Math.min(actual, micros);
          if (how === 'settle') hold.settle(cost);
          else if (how === 'release') hold.release();
          else {
            await bench.pass(1_000);
            await bench.take({});
          }
          if (again === 'settle') hold.settle(0);
          else hold.release();
          for (const i of accounts) {
            const account = model[i];
            if (account === undefined) continue;
            account.aside -= micros;
            account.spent += how === 'settle' ? cost : how === 'release' ? 0 : micros;
          }
        };
        for (const one of plan) {
          const budgets = one.accounts.map((i) => bench.budget(limits[i], String(i)));
          const answer = await bench.take({ budgets, costMicros: one.micros, leaseMs: one.end === 'expire' ? 1_000 : 1e9 });
          const fits = one.accounts.every((i) => {
            const held = (model[i]?.spent ?? 0) + (model[i]?.aside ?? 0);
            return held + one.micros <= (limits[i] ?? 0) && (one.micros > 0 || held < (limits[i] ?? 0));
          });
          expect(answer.refused === undefined).toBe(fits);
          if (answer.refused === undefined) {
            for (const i of one.accounts) (model[i] ?? { aside: 0 }).aside += one.micros;
            open.push({ hold: answer, plan: one, left: one.end === 'expire' ? 0 : one.after });
          }
          const due = open.filter(({ left }) => left === 0);
          open = open.filter(({ left }) => left > 0).map((entry) => ({ ...entry, left: entry.left - 1 }));
          for (const entry of due) await end(entry);
          for (const [i, { spent, aside }] of model.entries()) {
            expect(spent + aside).toBeLessThanOrEqual(limits[i] ?? 0);
            expect(await bench.spent(bench.budget(limits[i], String(i)))).toBe(spent);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
