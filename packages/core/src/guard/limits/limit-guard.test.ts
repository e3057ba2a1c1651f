import { describe, expect, it } from '@jest/globals';
import type { Call } from '../../call.js';
import { Policy } from '../../policy/policy.js';
import { FakeClock } from '../../testing/fake-clock.js';
import { guardLaws, sampleCall } from '../../testing/laws.js';
import type { Reservation, ReservationRequest } from '../guard.js';
import { LaterStore } from './later-store.test.kit.js';
import { LimitGuard } from './limit-guard.js';
import type { LimitStore } from './limit-store.js';
import { MemoryLimitStore } from './memory-limit-store.js';

interface Site {
  readonly guard: LimitGuard;
  readonly clock: FakeClock;
  readonly logged: readonly string[];
  reserve(who?: Partial<Call>, asks?: Partial<ReservationRequest>): Reservation | Promise<Reservation>;
  /** For stores that answer at once. */
  now(who?: Partial<Call>, asks?: Partial<ReservationRequest>): Reservation;
}

function siteOf(rules: object, store: LimitStore = new MemoryLimitStore()): Site {
  const clock = new FakeClock();
  const logged: string[] = [];
  const guard = new LimitGuard(store, clock, { log: (_level, message) => logged.push(message) });
  const policy = Policy.from({ name: 'p', rules });
  const reserve: Site['reserve'] = (who, asks) =>
    guard.reserve({ call: { ...sampleCall('search'), ...who }, policy, costMicros: 0, budgetMicros: undefined, now: clock.monotonic(), canWait: false, ...asks });
  return {
    guard,
    clock,
    logged,
    reserve,
    now: (who, asks) => {
      const held = reserve(who, asks);
      if (held instanceof Promise) throw new Error('answered later');
      return held;
    },
  };
}

const limited = (limits: readonly object[]): object => ({ rate_limits: { limits } });

describe('LimitGuard', () => {
  it.each(guardLaws(() => siteOf({}).guard).map((law) => [law.title, law] as const))('%s', async (_title, law) => {
    await law.check();
  });

  it.each([
    undefined, null, {}, true, 5, 'ok', [], () => 1, { settle: () => undefined }, { refused: 'bogus', index: 0 }, { refused: 'slot', index: 1 }, { refused: 'slot', index: 'length' },
    { refused: 'rate', index: 0, retryAfterMs: Number.NaN }, { refused: 'rate', index: 0, retryAfterMs: -1 }, { refused: 'budget', index: 0, heldMicros: '5' },
  ])('lets no call in when a store answers %j, at once or later', async (answer) => {
    const store = (isLater: boolean): LimitStore => {
      const inner = new MemoryLimitStore();
      inner.take = (() => (isLater ? Promise.resolve(answer) : answer)) as never; // what no store may answer
      return inner;
    };
    const rules = { ...limited([{ max_calls: 1 }]), concurrency: { max_calls: 1 } };

    expect(() => siteOf(rules, store(false)).reserve()).toThrow(expect.objectContaining({ code: 'GUARD' }));
    await expect(siteOf(rules, store(true)).reserve()).rejects.toMatchObject({ code: 'GUARD' });
  });

  it('asks nothing for a tool without a limit, and counts its money all the same', () => {
    const { now, guard } = siteOf(limited([{ tools: ['other'], max_calls: 1 }]), new LaterStore());

    expect(now()).toBe(now());
    expect(now({ tool: 'free' }, { costMicros: 5 })).toBeDefined();
    expect((guard.store as LaterStore).requests).toEqual([]);
  });

  it('counts by agent, tenant, session and argument, and calls without a value together', () => {
    const { now } = siteOf(limited([{ name: 'each', by: ['agent', 'args.account'], max_calls: 1 }]));
    const input = (account: unknown): readonly unknown[] => [{ account }];
    now({ agent: 'ann', args: input(1) });
    now({ agent: 'ann', args: input(2) });
    now({ agent: 'bob', args: input(1) });
    now({ args: [] });

    for (const who of [{ agent: 'ann', args: input(1) }, { args: [{ other: 'private words' }] }]) {
      expect(() => now(who)).toThrow(expect.objectContaining({ code: 'RATE_LIMIT', violationType: 'rate_limit', maxCalls: 1, windowSeconds: 60, retryAfterMs: 60_000 }));
    }
    expect(() => now({ agent: 'ann', args: input(2) })).toThrow('over 1 calls in 60 s under rate_limits.limits.each, counted by agent, args.account; try again in 60000 ms');
  });

  it('does not let a call with many values of an argument pass as a new one', () => {
    const { now } = siteOf(limited([{ by: ['args.to[*]'], max_calls: 1 }]));
    now({ args: [{ to: ['ann'] }] });

    expect(() => now({ args: [{ to: ['bob', 'ann'] }] })).toThrow(expect.objectContaining({ code: 'RATE_LIMIT' }));
    expect(() => now({ args: [{ to: ['bob'] }] })).not.toThrow();
  });

  it('burns no place of one limit when another is full (D-33)', () => {
    const { now, clock } = siteOf({ rate_limits: { per_tool: { search: { max_calls: 4 } }, global: { max_calls: 1, window_seconds: 1 } } });
    now();
    for (let i = 0; i < 3; i += 1) expect(() => now()).toThrow('global');
    for (let i = 0; i < 3; i += 1) {
      clock.advance(1_000);
      now();
    }

    clock.advance(1_000);
    expect(() => now()).toThrow('per_tool.search');
  });

  it('counts blocked calls where the policy says so', () => {
    const { now, guard, clock } = siteOf(limited([{ name: 'attempts', max_calls: 2, count_blocked: true }, { name: 'calls', max_calls: 3 }]));
    const policy = Policy.from({ name: 'p', rules: limited([{ name: 'attempts', max_calls: 2, count_blocked: true }]) });
    guard.blocked({ call: sampleCall('search'), policy, now: clock.monotonic() });
    now().release();

    expect(() => now()).toThrow('attempts');
  });

  it('holds each agent to its own budget for the day, and says what is left of it', () => {
    const { now, clock } = siteOf({ budgets: [{ name: 'daily', by: ['agent'], max_usd: 1, period: 'day' }] });
    now({ agent: 'ann' }, { costMicros: 600_000 }).commit(800_000);
    now({ agent: 'bob' }, { costMicros: 600_000 }).commit();

    expect(() => now({ agent: 'ann' }, { costMicros: 600_000 })).toThrow(expect.objectContaining({ code: 'COST_LIMIT', budgetUsd: 1, spentUsd: 0.8 }));
    expect(() => now({ agent: 'ann' }, { costMicros: 600_000 })).toThrow('a cost of $0.60 does not fit the budget of budgets.daily, counted by agent in one day: $0.80 of $1.00 are spent or reserved');
    clock.advance(86_400_000);
    expect(() => now({ agent: 'ann' }, { costMicros: 600_000 })).not.toThrow();
  });

  it('counts what a call costs on top, and what nobody had declared, in every account of it', () => {
    const store = new MemoryLimitStore();
    const { now } = siteOf({ budgets: [{ by: ['agent'], max_usd: 1 }] }, store);
    const held = now({ agent: 'ann' });
    held.spend?.(300_000);
    held.commit(700_000);

    expect(() => now({ agent: 'ann' })).toThrow(expect.objectContaining({ spentUsd: 1 }));
    expect([store.ledger.spentUsd('policy:p'), store.ledger.spentUsd('container')]).toEqual([1, 1]);
  });

  it('refuses a call that costs more than one may', () => {
    const { now } = siteOf({ resource_limits: { max_call_cost_usd: 0.5 } });

    expect(() => now({}, { costMicros: 500_001 })).toThrow(expect.objectContaining({ code: 'COST_LIMIT', budgetUsd: 0.5 }));
    expect(() => now({}, { costMicros: 500_000 })).not.toThrow();
  });

  it.each([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY])('refuses a cost of %p', (costMicros) => {
    for (const rules of [{}, { resource_limits: { max_cost_usd: 1 } }]) {
      expect(() => siteOf(rules).now({}, { costMicros })).toThrow(expect.objectContaining({ code: 'COST_INVALID' }));
    }
  });

  it('refuses a policy whose limits have to be shared, where they are not', () => {
    const rules = { shared_limits: {}, rate_limits: { global: { max_calls: 1 } } };
    const { now, guard } = siteOf(rules);

    expect(() => now()).toThrow(expect.objectContaining({ code: 'GUARD', message: expect.stringContaining('MemoryLimitStore keeps limits in this process only') }));
    expect(guard.unheld(Policy.from({ name: 'p', rules }))).toHaveLength(1);
    expect(guard.unheld(Policy.from({ name: 'p', rules: { ...rules, shared_limits: { required: false } } }))).toEqual([]);
    expect(siteOf(rules, new LaterStore()).guard.unheld(Policy.from({ name: 'p', rules }))).toEqual([]);
  });

  it('waits for a store that answers later, and refuses a synchronous tool before anything is taken', async () => {
    const store = new LaterStore();
    const { reserve, now } = siteOf(limited([{ max_calls: 1 }]), store);

    expect(() => now()).toThrow(expect.objectContaining({ code: 'ASYNC_SERVICE', message: expect.stringContaining('LaterStore') }));
    expect(store.requests).toEqual([]);
    await reserve({}, { canWait: true });
    await expect(reserve({}, { canWait: true })).rejects.toMatchObject({ code: 'RATE_LIMIT' });
  });

  it('holds what is shared no longer than the deadline and a margin, should the process die', async () => {
    const store = new LaterStore();
    const { reserve } = siteOf(limited([{ max_calls: 9 }]), store);
    await reserve({}, { canWait: true, timeoutMs: 5_000 });
    await reserve({}, { canWait: true });

    expect(store.requests.map(({ leaseMs }) => leaseMs)).toEqual([65_000, 900_000]);
  });

  it('tells the log when the store could not count what was spent', async () => {
    class Broken extends LaterStore {
      override async spend(): Promise<void> {
        await Promise.reject(new Error('away'));
      }
    }
    const { now, logged } = siteOf({}, new Broken());
    now({}, { costMicros: 7 }).commit();
    await new Promise(setImmediate);

    expect(logged).toEqual(['LaterStore could not count 7 micro-dollars that were spent: away']);
  });
});
