import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { LimitHold, LimitRefusal } from '@enforcecore/core';
import { RedisLimitStore, type RedisLimitStoreOptions } from './redis-limit-store.js';
import { errorOf, held, local, wants } from './request.test.kit.js';
import { describeWithRedis, until } from './server.test.kit.js';

const money = (limitMicros: number, account = 'money') => ({ account, limitMicros, period: 'ever' }) as const;

describeWithRedis('RedisLimitStore while its server is away', (server) => {
  const stores: RedisLimitStore[] = [];
  const told: string[] = [];
  const open = async (options: Partial<RedisLimitStoreOptions> = {}): Promise<RedisLimitStore> => {
    const store = new RedisLimitStore({
      url: server.path,
      timeoutMs: 60,
      logger: { log: (level, message) => told.push(`${level} ${message}`) },
      ...options,
    });
    stores.push(store);
    await until(() => store.isAvailable, 'a connection');
    return store;
  };
  const back = async (store: RedisLimitStore): Promise<void> => {
    await until(() => store.isAvailable, 'the server to be back');
  };
  const lost = async (store: RedisLimitStore): Promise<void> => {
    await until(() => !store.isAvailable, 'the loss to be seen');
  };
  const spend = async (store: RedisLimitStore, micros: number, budget = money(100)): Promise<LimitHold | LimitRefusal> => {
    const answer = await store.take(wants({ budgets: [budget], costMicros: micros, shared: local }));
    if (answer.refused === undefined) answer.settle(micros);
    return answer;
  };

  beforeEach(async () => {
    await server.client.flushall();
  });
  afterEach(async () => {
    server.resume();
    await Promise.all(stores.splice(0).map((store) => store.close()));
    told.length = 0;
  });

  it('blocks what it limits, and says so without a password', async () => {
    const url = 'redis://user:s3cret@127.0.0.1:1/0';
    const store = new RedisLimitStore({ url, timeoutMs: 500, logger: { log: (level, message) => told.push(`${level} ${message}`) } });
    stores.push(store);

    const error = await errorOf(() => store.take(wants({ slots: [{ key: 'a', maxCalls: 1 }] })));

    expect(error.code).toBe('LIMIT_STORE');
    expect(error.message).toContain('127.0.0.1:1');
    expect(error.message).toContain('shared_limits.when_unavailable');
    expect(`${error.message} ${String(error.cause)} ${JSON.stringify(error.cause)} ${told.join()}`).not.toContain('s3cret');
    expect(told.filter((line) => line.startsWith('error'))).toHaveLength(1);
  });

  it.each([
    'redis://agents:s3#cret@10.0.0.1:6379', 'redis://agents:s3/cret@10.0.0.1:6379', 'redis://agents:s3?cret@10.0.0.1:6379', 'redis://agents:12/34cret@10.0.0.1',
    'redis://agents:12?34cret@10.0.0.1', 'redis://agents:s3%cret@10.0.0.1:6379', 'redis://agents:s3cret@10.0.0.1:99999', 'agents:s3cret@10.0.0.1:6379', '//agents:s3cret@10.0.0.1', '/agents:s3cret',
    'http://agents:s3cret@10.0.0.1', '', 'redis://',
  ])('refuses an address that cannot be read, and says nothing of it (%#)', async (url) => {
    const error = await errorOf(() => new RedisLimitStore({ url }));

    expect(error).toMatchObject({ code: 'LIMIT_STORE', message: 'the url of Redis cannot be read: percent-encode what is special in the password' });
    expect(error.cause).toBeUndefined();
    expect(`${String(error.stack)} ${JSON.stringify(error)}`).not.toContain('cret');
  });

  it('does not show the password that a server refuses', async () => {
    const store = new RedisLimitStore({ url: `redis://nobody:s3cret@localhost/?path=${server.path}`, timeoutMs: 500 });
    stores.push(store);

    const error = await errorOf(() => store.take(wants({ slots: [{ key: 'a', maxCalls: 1 }] })));

    expect(error.code).toBe('LIMIT_STORE');
    expect(`${error.message} ${JSON.stringify(error.cause)} ${String((error.cause as Error).stack)}`).not.toContain('s3cret');
  });

  it('blocks when the server does not answer in time, and gives back what it took all the same', async () => {
    const store = await open();
    const slots = [{ key: 'late', maxCalls: 1 }];
    const budgets = [money(10, 'late')];
    server.pause();
    const error = await errorOf(() => store.take(wants({ slots, budgets, costMicros: 10, rates: [{ key: 'late', rule: { maxCalls: 1, windowMs: 60_000 } }] })));
    server.resume();
    await back(store);

    expect(error.code).toBe('LIMIT_STORE');
    expect(await store.spent(money(10, 'late'))).toBe(0);
    held(await store.take(wants({ slots, budgets, costMicros: 10, rates: [{ key: 'late', rule: { maxCalls: 1, windowMs: 60_000 } }] })));
  });

  it('blocks the next calls at once, without waiting for each of them', async () => {
    const store = await open({ timeoutMs: 400 });
    server.pause();
    await errorOf(() => store.take(wants({ slots: [{ key: 'a', maxCalls: 1 }] })));
    const before = performance.now();
    for (let i = 0; i < 50; i += 1) await errorOf(() => store.take(wants({ slots: [{ key: 'a', maxCalls: 1 }] })));
    const waited = performance.now() - before;

    // 50 waits would be 20 seconds.
    expect(waited).toBeLessThan(10_000);
  });

  it('goes on with a share where the policy says so, which an outage that comes and goes does not fill again', async () => {
    const store = await open();
    const outcomes: (string | undefined)[] = [];
    for (let outage = 0; outage < 3; outage += 1) {
      server.pause();
      for (let i = 0; i < 3; i += 1) outcomes.push((await spend(store, 20)).refused);
      server.resume();
      await back(store);
    }

    // Half of 100: two calls of 20, once.
    expect(outcomes.filter((refused) => refused === undefined)).toHaveLength(2);
    expect(await store.spent(money(100))).toBe(40);
  });

  it('counts what was spent meanwhile before anything else is let in', async () => {
    const store = await open();
    await spend(store, 60);
    server.pause();
    await spend(store, 30);
    const running = held(await store.take(wants({ budgets: [money(100)], costMicros: 15, shared: local })));
    server.resume();
    await back(store);
    const first = await store.take(wants({ budgets: [money(100)], costMicros: 1, shared: local }));
    running.release();

    expect(first).toEqual({ refused: 'budget', index: 0, heldMicros: 105 });
    expect(await store.spent(money(100))).toBe(90);
  });

  it('counts calls that were let in meanwhile in their windows', async () => {
    const store = await open();
    const rates = [{ key: 'calls', rule: { maxCalls: 4, windowMs: 60_000 } }];
    server.pause();
    held(await store.take(wants({ rates, shared: local })));
    held(await store.take(wants({ rates, shared: local }))).release();
    held(await store.take(wants({ rates, shared: local })));
    expect((await store.take(wants({ rates, shared: local }))).refused).toBe('rate');
    server.resume();
    await back(store);

    held(await store.take(wants({ rates })));
    held(await store.take(wants({ rates })));
    expect((await store.take(wants({ rates }))).refused).toBe('rate');
  });

  it('puts back what this process knows, when the server was started anew and knows nothing', async () => {
    const store = await open();
    await spend(store, 70);
    const running = held(await store.take(wants({ budgets: [money(100)], costMicros: 20, slots: [{ key: 'chair', maxCalls: 1 }] })));
    await server.kill();
    await lost(store);
    await server.start();
    await back(store);

    expect(await store.take(wants({ budgets: [money(100)], costMicros: 20 }))).toEqual({ refused: 'budget', index: 0, heldMicros: 90 });
    expect(await store.take(wants({ slots: [{ key: 'chair', maxCalls: 1 }] }))).toEqual({ refused: 'slot', index: 0 });
    running.settle(20);
    expect(await store.spent(money(100))).toBe(90);
    held(await store.take(wants({ slots: [{ key: 'chair', maxCalls: 1 }] })));
  });

  it('puts a budget back with the next call where nobody saw that the server forgot it', async () => {
    const store = await open();
    await spend(store, 70);
    await store.spent(money(100));
    await server.client.flushall();

    expect(await store.take(wants({ budgets: [money(100)], costMicros: 40 }))).toEqual({ refused: 'budget', index: 0, heldMicros: 70 });
  });

  it('goes on when the server has forgotten its scripts', async () => {
    const store = await open();
    await spend(store, 10);
    await server.client.script('FLUSH');
    const answers = await Promise.all(Array.from({ length: 5 }, () => spend(store, 10)));

    expect(answers.filter(({ refused }) => refused === undefined)).toHaveLength(5);
    // What was told meanwhile is told a second time, after what was asked next.
    await until(async () => (await store.spent(money(100))) === 60, 'all to be told');
  });

  it('blocks while the server is a replica, and goes on when it is none any more', async () => {
    const store = await open();
    await server.client.replicaof('127.0.0.1', '1');
    const error = await errorOf(() => store.take(wants({ slots: [{ key: 'a', maxCalls: 1 }] })));
    await server.client.replicaof('NO', 'ONE');
    await back(store);

    expect(error.message).toMatch(/READONLY|closed/);
    held(await store.take(wants({ slots: [{ key: 'a', maxCalls: 1 }] })));
  });

  it('blocks while the server has no memory left, and gives back what calls held', async () => {
    const store = await open();
    const slots = [{ key: 'a', maxCalls: 1 }];
    const running = held(await store.take(wants({ slots, budgets: [money(100)], costMicros: 5 })));
    await server.client.config('SET', 'maxmemory', '1');
    const error = await errorOf(() => store.take(wants({ budgets: [money(100)], costMicros: 5 })));
    running.settle(5);
    await until(async () => (await server.client.zcard('{enforcecore}:s:a')) === 0, 'the slot to come free');
    await server.client.config('SET', 'maxmemory', '0');

    expect(error.message).toContain('OOM');
    expect(store.isAvailable).toBe(true);
    expect(await store.spent(money(100))).toBe(5);
  });

  it('blocks one call, and not the others, where a key holds something else', async () => {
    const store = await open();
    await server.client.set('{enforcecore}:s:odd', 'text');
    const error = await errorOf(() => store.take(wants({ slots: [{ key: 'odd', maxCalls: 1 }] })));

    expect(error.code).toBe('LIMIT_STORE');
    expect(store.isAvailable).toBe(true);
    held(await store.take(wants({ slots: [{ key: 'even', maxCalls: 1 }] })));
  });

  it('says once that the server is lost, and once that it is back', async () => {
    const events: string[] = [];
    const store = await open({
      onUnavailable: () => {
        events.push('lost');
        throw new Error('a listener that fails');
      },
      onAvailable: () => events.push('back'),
    });
    server.pause();
    for (let i = 0; i < 5; i += 1) await errorOf(() => store.take(wants({ slots: [{ key: 'a', maxCalls: 1 }] })));
    server.resume();
    await back(store);

    expect(events).toEqual(['lost', 'back']);
    expect(told.filter((line) => line.includes('is lost'))).toHaveLength(1);
    expect(told.filter((line) => line.includes('is back'))).toHaveLength(1);
  });

  it('warns of a server that may drop counters', async () => {
    await server.client.config('SET', 'maxmemory', '1gb', 'maxmemory-policy', 'allkeys-lru');
    await open();
    await until(() => told.some((line) => line.includes('noeviction')), 'a warning');
    await server.client.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');

    expect(told.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  it('blocks after it was closed', async () => {
    const store = await open();
    await store.close();

    expect((await errorOf(() => store.take(wants({ slots: [{ key: 'a', maxCalls: 1 }], shared: local })))).code).toBe('LIMIT_STORE');
  });
});
