import { afterEach, beforeAll, it } from '@jest/globals';
import { limitStoreLaws } from '@enforcecore/core/testing';
import { RedisLimitStore } from './redis-limit-store.js';
import { describeWithRedis } from './server.test.kit.js';

describeWithRedis('RedisLimitStore keeps the laws of limit stores', (server) => {
  const stores: RedisLimitStore[] = [];
  const make = (): RedisLimitStore => {
    const store = new RedisLimitStore({ url: server.path, maxClockLeadMs: 3_650 * 86_400_000 });
    stores.push(store);
    return store;
  };

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  // What the server took for the time last is what its time never falls behind: a test turns it on from there.
  let serverUs = (Date.now() + 3_600_000) * 1_000;
  const advance = async (ms: number): Promise<void> => {
    serverUs += Math.round(ms * 1_000);
    await server.client.set('{enforcecore}:clock', String(serverUs));
  };
  beforeAll(() => advance(0));

  for (const { title, check } of limitStoreLaws(make, { advance })) it(title, check);
});
