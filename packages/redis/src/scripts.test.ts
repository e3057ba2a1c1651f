import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { BudgetPeriod } from '@enforcecore/core';
import fc from 'fast-check';
import { commonLua } from './lua/common.js';
import { Keys } from './keys.js';
import { periodAt, periodUnits } from './period.js';
import { RedisLimitStore, type RedisLimitStoreOptions } from './redis-limit-store.js';
import { errorOf, held, wants } from './request.test.kit.js';
import { Scripts } from './scripts.js';
import { describeWithRedis, until } from './server.test.kit.js';

const clock = '{enforcecore}:clock';

describeWithRedis('the scripts', (server) => {
  const stores: RedisLimitStore[] = [];
  const open = (options: Partial<RedisLimitStoreOptions> = { maxClockLeadMs: 3_650 * 86_400_000 }): RedisLimitStore => {
    const store = new RedisLimitStore({ url: server.path, timeoutMs: 2_000, ...options });
    stores.push(store);
    return store;
  };

  beforeEach(async () => {
    await server.client.flushall();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  it('count periods as JavaScript does', async () => {
    const lua = `${commonLua} local found = {} for i = 1, #ARGV, 2 do found[#found + 1] = int(period(tonumber(ARGV[i]), tonumber(ARGV[i + 1]) * 1000)) end return found`;
    const edges = [2000, 2023, 2024, 2100].flatMap((year) => [0, 1, 2, 11].flatMap((month) => [Date.UTC(year, month, 1) - 1, Date.UTC(year, month, 1)]));
    const time = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: Date.UTC(2200, 0) }));
    const cases = fc.array(fc.tuple(fc.constantFrom<BudgetPeriod>('ever', 'hour', 'day', 'month'), time), { minLength: 50, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(cases, async (all) => {
        const found = (await server.client.eval(lua, 0, ...all.flatMap(([period, ms]) => [periodUnits[period], ms]))) as unknown[];

        expect(found.map(Number)).toEqual(all.map(([period, ms]) => periodAt(period, ms)));
      }),
      { numRuns: 20 },
    );
  });

  it('keep sums exact up to the largest safe integer', async () => {
    const store = open();
    const account = { account: 'large', limitMicros: Number.MAX_SAFE_INTEGER, period: 'ever' } as const;
    store.spend([account], Number.MAX_SAFE_INTEGER - 10);
    held(await store.take(wants({ budgets: [account], costMicros: 7 }))).settle(7);

    expect(await store.spent(account)).toBe(Number.MAX_SAFE_INTEGER - 3);
    expect(await store.take(wants({ budgets: [account], costMicros: 4 }))).toEqual({ refused: 'budget', index: 0, heldMicros: Number.MAX_SAFE_INTEGER - 3 });
    held(await store.take(wants({ budgets: [account], costMicros: 3 })));
  });

  it('never let time go back: a server whose clock is behind makes nobody younger', async () => {
    const store = open();
    const rates = [{ key: 'a', rule: { maxCalls: 1, windowMs: 1_000 } }];
    await server.client.set(clock, String((Date.now() + 86_400_000) * 1_000));
    held(await store.take(wants({ rates })));
    const later = await store.take(wants({ rates }));

    expect(later).toEqual({ refused: 'rate', index: 0, retryAfterMs: 1_000 });
    expect(Number(await server.client.get(clock))).toBeGreaterThan((Date.now() + 86_000_000) * 1_000);
  });

  it('take the server\'s clock again where time was further ahead than clocks differ, and stay behind nobody within that', async () => {
    const store = open({});
    const wide = [{ key: 'a', rule: { maxCalls: 2, windowMs: 1_000 } }, { key: 'b', rule: { maxCalls: 2, windowMs: 1_000, algorithm: 'gcra' as const, burst: 2 } }];
    const rates = [...wide, ...wide.map(({ rule }) => ({ key: 'c', rule }))];
    const ahead = open();
    await server.client.set(clock, String((Date.now() + 3_600_000) * 1_000));
    for (let i = 0; i < 2; i += 1) held(await ahead.take(wants({ rates })));
    expect(await ahead.take(wants({ rates }))).toMatchObject({ refused: 'rate' });

    // Nothing waits for the hour.
    for (let i = 0; i < 2; i += 1) held(await store.take(wants({ rates })));
    expect(await store.take(wants({ rates }))).toMatchObject({ refused: 'rate' });
    expect(Number(await server.client.get(clock))).toBeLessThan((Date.now() + 300_000) * 1_000);
    const near = (Date.now() + 240_000) * 1_000;
    await server.client.set(clock, String(near));
    await store.take(wants({ rates }));
    expect(await server.client.get(clock)).toBe(String(near));
  });

  it('count each length of a window and each algorithm for itself: one call in a short one forgets nothing of a long one', async () => {
    const store = open();
    const window = (windowMs: number, maxCalls: number) => [{ key: 'k', rule: { maxCalls, windowMs } }];
    for (let i = 0; i < 5; i += 1) held(await store.take(wants({ rates: window(3_600_000, 5) })));
    await server.client.set(clock, String((Date.now() + 60_000) * 1_000));
    held(await store.take(wants({ rates: window(100, 50) })));

    expect(await store.take(wants({ rates: window(3_600_000, 5) }))).toMatchObject({ refused: 'rate' });
  });

  it('make leases longer while calls run, and not once they have ended', async () => {
    const store = open();
    const account = { account: 'long', limitMicros: 100, period: 'ever' } as const;
    const [slots, holds] = ['{enforcecore}:s:seat', '{enforcecore}:h:long'] as const;
    const running = held(await store.take(wants({ slots: [{ key: 'seat', maxCalls: 1 }], budgets: [account], costMicros: 60, leaseMs: 200 })));
    const [member = ''] = await server.client.zrange(slots, '0', '0');
    const ends = Number(await server.client.zscore(slots, member));
    await until(async () => Number(await server.client.zscore(slots, member)) > ends + 500_000, 'the lease to be made longer, again and again');
    expect(await store.take(wants({ slots: [{ key: 'seat', maxCalls: 1 }] }))).toMatchObject({ refused: 'slot' });
    expect(await store.spent(account)).toBe(0);
    expect(await server.client.zcard(holds)).toBe(1);
    running.release();
    await until(async () => (await server.client.exists(slots, holds)) === 0, 'all to be given back');

    // As if somebody else had it: nothing of the ended call touches it any more.
    await server.client.zadd(slots, '1', member);
    await store.take(wants({ rates: [{ key: 'x', rule: { maxCalls: 5, windowMs: 1_000 } }], leaseMs: 20 }));
    expect(await server.client.zscore(slots, member)).toBe('1');
  });

  it.each([
    { rates: [{ key: 'a', rule: { maxCalls: -1, windowMs: 1_000 } }] },
    { rates: [{ key: 'a', rule: { maxCalls: Number.NaN, windowMs: 1_000 } }] },
    { rates: [{ key: 'a', rule: { maxCalls: 1, windowMs: 0 } }] },
    { rates: [{ key: 'a', rule: { maxCalls: 1, windowMs: Infinity } }] },
    { rates: [{ key: 'a', rule: { maxCalls: 1, windowMs: 1_000, algorithm: 'gcra', burst: -1 } }] },
    { budgets: [{ account: 'a', period: 'day', limitMicros: -5 }] },
    { budgets: [{ account: 'a', period: 'day', limitMicros: Number.NaN }] },
    { slots: [{ key: 'a', maxCalls: Infinity }] },
    { slots: [{ key: 'a', maxCalls: 1 }], leaseMs: -1 },
  ] as const)('are not asked for what is no limit: %j', async (more) => {
    const store = open();

    expect(await errorOf(() => store.take(wants(more)))).toMatchObject({ code: 'GUARD' });
    expect(await server.client.exists(clock)).toBe(0);
  });

  it('leave nothing in the server for ever', async () => {
    const store = open();
    const answer = held(
      await store.take(
        wants({
          rates: [
            { key: 'w', rule: { maxCalls: 5, windowMs: 1_000 } },
            { key: 'g', rule: { maxCalls: 5, windowMs: 1_000, algorithm: 'gcra', burst: 5 } },
          ],
          budgets: (['ever', 'hour', 'day', 'month'] as const).map((period) => ({ account: 'b', limitMicros: 100, period })),
          costMicros: 5,
          slots: [{ key: 's', maxCalls: 1 }],
        }),
      ),
    );
    const while_ = await server.client.keys('*');
    const ttls = await Promise.all(while_.map((key) => server.client.pttl(key)));
    answer.settle(3);
    await store.spent({ account: 'b', limitMicros: 100, period: 'ever' });
    const after = await server.client.keys('*');

    expect(while_).toHaveLength(14);
    expect(ttls.every((ttl) => ttl > 0)).toBe(true);
    // Clock, order, window, spread, four accounts.
    expect(after).toHaveLength(8);
    expect((await Promise.all(after.map((key) => server.client.pttl(key)))).every((ttl) => ttl > 0)).toBe(true);
  });

  it('keep no more of a window than it can count, however many calls are blocked', async () => {
    const store = open();
    const rates = [{ key: 'flood', rule: { maxCalls: 10, windowMs: 60_000 }, countsBlocked: true }];
    for (let i = 0; i < 200; i += 1) store.count(rates, 0);
    await Promise.all(Array.from({ length: 200 }, () => store.take(wants({ rates }))));

    expect(await server.client.zcard('{enforcecore}:w:60000:flood')).toBe(10);
  });

  it('do nothing with a message that a later one of the same process has overtaken', async () => {
    const keys = new Keys();
    const [early, late] = [new Scripts(server.client, keys.clock, keys.order('p')), new Scripts(server.client, keys.clock, keys.order('p'))];
    await late.update([]);
    await late.update([]);

    expect(await early.take([keys.marker('x'), keys.slots('a')], ['x', 1_000, 0, 0, 0, 1, 1])).toEqual([-1]);
    expect(await early.update([{ keys: [keys.account('a'), keys.holds('a')], args: ['o', 0, 0, 'pz', 5] }])).toBe('-1');
    expect(await server.client.exists(keys.slots('a'), keys.account('a'))).toBe(0);
  });

  it('change nothing when a message comes twice', async () => {
    const keys = new Keys();
    const scripts = new Scripts(server.client, keys.clock, keys.order('p'));
    const [account, holds] = [keys.account('a'), keys.holds('a')];
    const message = [
      { keys: [account, holds], args: ['H', 0, 0, 'x:1:30', 60_000_000] },
      { keys: [account, holds], args: ['o', 0, 0, 'pz', 12] },
      { keys: [account, holds], args: ['d', 0, 'y:1:30', 's'] },
    ];
    await scripts.update(message);
    await scripts.update(message);

    expect(await server.client.hmget(account, 't', 'h')).toEqual(['12', '30']);
  });

  it('forget the fields of processes that are gone, and keep what they spent', async () => {
    const keys = new Keys();
    const scripts = new Scripts(server.client, keys.clock, keys.order('p'));
    const account = keys.account('a');
    const old = Array.from({ length: 3_000 }, (_, i) => [`p${String(i)}`, '1 1000']).flat();
    await server.client.hset(account, 'd', '0', 't', '3000', 'h', '0', ...old);
    const lengths: number[] = [];
    for (let i = 0; i < 200; i += 1) {
      await scripts.update([{ keys: [account, keys.holds('a')], args: ['o', 0, 0, `pnew${String(i)}`, 7] }]);
      lengths.push(await server.client.hlen(account));
    }

    // A few at a time: no call waits for all of them.
    expect(lengths.some((length, i) => length - (lengths[i - 1] ?? 3_000) < -300)).toBe(false);
    expect(lengths.at(-1)).toBeLessThan(500);
    expect(await server.client.hget(account, 't')).toBe('4400');
    expect((await server.client.hkeys(account)).filter((field) => field.startsWith('pnew'))).toHaveLength(200);
  });

  it('settle money in the period in which it was set aside', async () => {
    const store = open();
    const account = { account: 'a', limitMicros: 100, period: 'day' } as const;
    const noon = (Math.floor(Date.now() / 86_400_000) + 10.5) * 86_400_000;
    await server.client.set(clock, String(noon * 1_000));
    const overnight = held(await store.take(wants({ budgets: [account], costMicros: 80 })));
    await server.client.set(clock, String((noon + 86_400_000) * 1_000));
    held(await store.take(wants({ budgets: [account], costMicros: 100 }))).settle(60);
    overnight.settle(80);

    expect(await store.spent(account)).toBe(60);
  });

  it('never overspend, and end exact, in whatever order calls begin and end in two processes', async () => {
    const step = fc.record({ store: fc.nat(1), cost: fc.integer({ min: 0, max: 40 }), real: fc.option(fc.integer({ min: 0, max: 40 })), waits: fc.nat(3) });
    const [one, two] = [open(), open()];
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        round += 1;
        const account = { account: `run${String(round)}`, limitMicros: 100, period: 'ever' } as const;
        let spent = 0;
        const running: { waits: number; end: () => void }[] = [];
        for (const { store, cost, real, waits } of steps) {
          const answer = await [one, two][store]?.take(wants({ budgets: [account], costMicros: cost }));
          for (const call of running.splice(0)) {
            if (call.waits > 0) running.push({ ...call, waits: call.waits - 1 });
            else call.end();
          }
          if (answer === undefined || answer.refused !== undefined) continue;
          const paid = real === null ? undefined : Math.min(real, cost);
          spent += paid ?? 0;
          running.push({ waits, end: () => { if (paid === undefined) answer.release(); else answer.settle(paid); } });
        }
        for (const { end } of running) end();
        await one.spent(account);

        expect(await two.spent(account)).toBe(spent);
        expect(spent).toBeLessThanOrEqual(100);
      }),
      { numRuns: 25 },
    );
  });
});
