import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { KillSwitch } from '@enforcecore/core';
import { Redis } from 'ioredis';
import { RedisKillSwitchLink } from './kill-link.js';
import { publishSwitchEvent } from './kill.js';
import { RedisLimitStore } from './redis-limit-store.js';
import { held, wants } from './request.test.kit.js';
import { describeWithRedis, until } from './server.test.kit.js';

const page = readFileSync(new URL('../../../docs/guides/deploy.md', import.meta.url), 'utf8');
const rules = /^user agents (.+)$/m.exec(page)?.[1] ?? '';

describeWithRedis('the user of deploy.md', (server) => {
  it('may do what the store and the kill switch need, and nothing else', async () => {
    await server.client.call('ACL', 'SETUSER', 'agents', ...rules.replace('PASSWORD', 's3cret').split(' '));
    await server.client.set('another', 'x');
    const url = `redis://agents:s3cret@localhost/?path=${server.path}`;
    const told: string[] = [];
    const logger = { log: (level: string, message: string) => told.push(`${level} ${message}`) };
    const store = new RedisLimitStore({ url, timeoutMs: 2_000, logger });
    const killSwitch = new KillSwitch();
    const link = new RedisKillSwitchLink(killSwitch, { url, timeoutMs: 2_000, pollMs: 3_600_000, logger }).start();
    await until(async () => (await server.client.pubsub('NUMSUB', '{enforcecore}:kill'))[1] === 1, 'the link to listen');

    const rates = [{ key: 'w', rule: { maxCalls: 2, windowMs: 60_000 } }, { key: 'g', rule: { maxCalls: 9, windowMs: 60_000, algorithm: 'gcra' as const, burst: 9 }, countsBlocked: true }];
    const budget = { account: 'b', limitMicros: 100, period: 'day' } as const;
    const all = wants({ rates, budgets: [budget], costMicros: 10, slots: [{ key: 's', maxCalls: 3 }] });
    held(await store.take(all)).settle(10);
    held(await store.take(all)).release();
    held(await store.take(all)).settle(10);
    expect(await store.take(all)).toMatchObject({ refused: 'rate' });
    store.count(rates, 0);
    expect(await store.spent(budget)).toBe(20);
    // A server that lost all, and a process with fields of many others beside it.
    await server.client.hset('{enforcecore}:b:day:b', ...Array.from({ length: 301 }, (_, i) => [`p${String(i)}`, '1 1']).flat());
    killSwitch.trip('stop');
    await until(async () => (await server.client.hget('{enforcecore}:kill', 'v')) === '1', 'the trip to be told');
    await publishSwitchEvent(url, { kind: 'reset', scope: { of: 'all' }, by: 'hand', at: Date.now(), reason: 'over' });
    await until(() => !killSwitch.isTripped, 'the reset');
    await Promise.all([store.close(), link.close()]);

    const client = new Redis(url, { disconnectTimeout: 100 });
    const refusals: string[] = [];
    const forbidden = [
      'FLUSHALL', 'FLUSHDB', 'KEYS *', 'SCAN 0', 'RANDOMKEY', 'SWAPDB 0 5', 'GET another', 'SET another 1', 'DEL another', 'RENAME {enforcecore}:clock another', 'PUBLISH other x', 'SUBSCRIBE other',
      'CONFIG GET *', 'CLIENT KILL TYPE normal', 'CLIENT LIST', 'SCRIPT FLUSH', 'FUNCTION LIST', 'ACL LIST', 'SHUTDOWN', 'MONITOR', 'REPLICAOF no one', 'EVAL return(redis.call("FLUSHALL")) 0',
    ];
    for (const line of forbidden) {
      const [command = '', ...args] = line.split(' ');
      const answer = await client.call(command, ...args).catch((error: unknown) => error);
      if (answer instanceof Error && /NOPERM|ACL failure|can't run this command|permission/i.test(answer.message)) refusals.push(line);
    }
    client.disconnect();

    expect(refusals).toEqual(forbidden);
    expect(told).toEqual([]);
  });
});
