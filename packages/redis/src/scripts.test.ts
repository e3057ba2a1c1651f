import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { BudgetPeriod } from '@enforcecore/core';
import fc from 'fast-check';
import { commonLua } from './lua/common.js';
import { Keys } from './keys.js';
import { periodAt, periodUnits } from './period.js';
import { RedisLimitStore } from './redis-limit-store.js';
import { held, wants } from './request.test.kit.js';
import { Scripts } from './scripts.js';
import { describeWithRedis } from './server.test.kit.js';

const clock = '{enforcecore}:clock';

describeWithRedis('the scripts', (server) => {
  const stores: RedisLimitStore[] = [];
  const open = (): RedisLimitStore => {
    const store = new RedisLimitStore({ url: server.path, timeoutMs: 2_000 });
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

    expect(await server.client.zcard('{enforcecore}:w:flood')).toBe(10);
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
    const old = Array.from({ length: 400 }, (_, i) => [`p${String(i)}`, '5 1000']).flat();
    await server.client.hset(account, 'd', '0', 't', '2000', 'h', '0', ...old);
    await scripts.update([{ keys: [account, keys.holds('a')], args: ['o', 0, 0, 'pz', 7] }]);

    expect(await server.client.hlen(account)).toBe(4);
    expect(await server.client.hget(account, 't')).toBe('2007');
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
