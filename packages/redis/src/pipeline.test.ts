import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Auditor, createContainer, enforce, KillSwitch, LimitStore, Policy, runInContainer, type EnforceContainer } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { redisModule, RedisLimitStore } from './index.js';
import { errorOf } from './request.test.kit.js';
import { describeWithRedis, until } from './server.test.kit.js';

const rules = {
  rate_limits: { limits: [{ name: 'per-tool', by: ['tool'], max_calls: 3, window_seconds: 3600 }] },
  budgets: [{ name: 'daily', max_usd: 1, period: 'day' }],
  concurrency: { max_calls: 2 },
};

describeWithRedis('containers that share a server', (server) => {
  const containers: EnforceContainer[] = [];
  const house = (shared: object = {}, more: object = {}): EnforceContainer => {
    const policy = Policy.from({ name: 'shared', rules: { ...rules, shared_limits: shared, ...more } });
    const container = createContainer({ policy, environment: {}, modules: [redisModule({ url: server.path, timeoutMs: 2_000, pollMs: 20 })] });
    container.rebind(Auditor).toConstantValue(new MemoryAuditor());
    containers.push(container);
    return container;
  };
  const pay = enforce(async (usd: number) => Promise.resolve(usd), { tool: 'pay', cost: 0.4 });
  const look = enforce(async (what: string) => Promise.resolve(what), { tool: 'look' });
  const glance = enforce((what: string) => what, { tool: 'glance' });

  beforeEach(async () => {
    await server.client.flushall();
  });
  afterEach(async () => {
    server.resume();
    await Promise.all(containers.splice(0).map((container) => container.close()));
  });

  it('count one rate and one budget together', async () => {
    const [one, two] = [house(), house()];
    await runInContainer(one, () => pay(1));
    await runInContainer(two, () => pay(1));
    const dear = await errorOf(() => runInContainer(one, () => pay(1)));
    for (const container of [one, two, one]) await runInContainer(container, () => look('a'));
    const many = await errorOf(() => runInContainer(two, () => look('a')));

    expect(dear).toMatchObject({ code: 'COST_LIMIT', spentUsd: 0.8 });
    expect(many).toMatchObject({ code: 'RATE_LIMIT', maxCalls: 3 });
  });

  it('stop together when the kill switch of one of them is tripped, and go on together', async () => {
    const [one, two] = [house(), house()];
    await runInContainer(one, () => look('a'));
    await runInContainer(two, () => look('a'));
    one.get(KillSwitch).trip('incident 7');
    await until(() => two.get(KillSwitch).isTripped, 'the trip');
    const error = await errorOf(() => runInContainer(two, () => look('a')));
    two.get(KillSwitch).reset();
    await until(() => !one.get(KillSwitch).isTripped, 'the reset');

    expect(error).toMatchObject({ code: 'KILL_SWITCH' });
    await runInContainer(one, () => look('a'));
  });

  it('refuse synchronous tools, which cannot wait for a server, and name the store', async () => {
    const error = await errorOf(() => runInContainer(house(), () => glance('a')));

    expect(error).toMatchObject({ code: 'ASYNC_SERVICE' });
    expect(error.message).toContain('RedisLimitStore');
  });

  it('block calls while the server does not answer, and say LIMIT_STORE', async () => {
    const container = house();
    await runInContainer(container, () => look('a'));
    await server.kill();
    const error = await errorOf(() => runInContainer(container, () => look('a')));
    await server.start();
    const store = container.get(LimitStore);
    await until(() => store instanceof RedisLimitStore && store.isAvailable, 'the server to be back');

    expect(error).toMatchObject({ code: 'LIMIT_STORE' });
    await runInContainer(container, () => look('a'));
  });

  it('go on with a share of each limit where the policy says so', async () => {
    const container = house({ when_unavailable: 'local_allowance', local_share: 0.4 });
    await server.kill();
    await runInContainer(container, () => look('a'));
    const error = await errorOf(() => runInContainer(container, () => look('a')));
    await server.start();

    expect(error).toMatchObject({ code: 'RATE_LIMIT' });
  });

  it('free what calls held when they end, however they end', async () => {
    const container = house({}, { rate_limits: undefined, budgets: undefined });
    const fail = enforce(async () => Promise.reject(new Error('broken')), { tool: 'fail' });
    for (let i = 0; i < 5; i += 1) {
      await runInContainer(container, () => look('a'));
      await errorOf(() => runInContainer(container, () => fail()));
    }

    await until(async () => (await server.client.keys('*:s:*')).length === 0, 'the slots to come free');
  });

  it('tell the others of a trip before they have closed', async () => {
    const container = house();
    const killSwitch = container.get(KillSwitch);
    await until(async () => (await server.client.pubsub('NUMSUB', '{enforcecore}:kill'))[1] === 1, 'the link to listen');
    server.pause();
    killSwitch.trip('at the last moment');
    const closed = container.close();
    server.resume();
    await closed;
    containers.length = 0;

    expect(await server.client.hget('{enforcecore}:kill', 'v')).toBe('1');
  });

  it('tell the server what is still to be told before they have closed', async () => {
    const container = house();
    await runInContainer(container, () => pay(1));
    await container.close();
    const [account = ''] = (await server.client.keys('*:b:*')).filter((key) => !key.endsWith(':ever'));

    expect(await server.client.hmget(account, 'h')).toEqual(['0']);
    containers.length = 0;
  });
});
