import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';
import { RedisLimitStore } from '../src/redis-limit-store.js';
import { held, wants } from '../src/request.test.kit.js';
import { describeWithRedis, until } from '../src/server.test.kit.js';

interface Counts {
  readonly granted: number;
  readonly spent: number;
}
interface News extends Partial<Counts> {
  readonly done?: Counts;
  readonly held?: boolean;
  readonly ready?: boolean;
  readonly event?: { readonly kind: string };
}

const program = fileURLToPath(new URL('worker.mjs', import.meta.url));

describeWithRedis('several processes on one server', (server) => {
  const children: ChildProcess[] = [];
  const start = (job: string): { readonly child: ChildProcess; readonly news: News[] } => {
    const child = fork(program, [server.path, job], { execArgv: ['--disable-warning=ExperimentalWarning'] });
    const news: News[] = [];
    child.on('message', (message) => news.push(message as News)); // worker.mjs says nothing else
    children.push(child);
    return { child, news };
  };

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('never pass one budget, one rate and one set of slots, and are exact at the end, though one of them is killed', async () => {
    const store = new RedisLimitStore({ url: server.path, timeoutMs: 10_000 });
    const money = { account: 'money', limitMicros: 5_000, period: 'ever' } as const;
    const workers = [1, 2, 3, 4].map(() => start('hammer'));
    const victim = workers[0];
    await until(() => workers.every(({ news }) => news.length > 0), 'all to work');
    victim?.child.kill('SIGKILL');
    let mostAtOnce = 0;
    while (!workers.slice(1).every(({ news }) => news.some(({ done }) => done))) {
      mostAtOnce = Math.max(mostAtOnce, await server.client.zcard('{enforcecore}:s:seats'));
      expect(await store.spent(money)).toBeLessThanOrEqual(5_000);
    }
    const survivors = workers.slice(1).map(({ news }) => news.find(({ done }) => done)?.done ?? { granted: 0, spent: 0 });
    const [held = '0', spent = '0'] = await server.client.hmget('{enforcecore}:b:money', 'h', 't');
    const sum = survivors.reduce((total, { spent: own }) => total + own, 0);

    expect(mostAtOnce).toBeGreaterThan(0);
    expect(mostAtOnce).toBeLessThanOrEqual(6);
    expect(await server.client.zcard('{enforcecore}:w:calls')).toBeLessThanOrEqual(900);
    // What the survivors spent is exact; the rest is what the victim had spent, and set aside when it died.
    const left = Number(spent) + Number(held) - sum;
    expect(left).toBeGreaterThanOrEqual(0);
    expect(Number(spent) + Number(held)).toBeLessThanOrEqual(5_000);
    const fields = (await server.client.hgetall('{enforcecore}:b:money')) as Record<string, string>;
    const perProcess = new Map<string, number>();
    for (const [field, value] of Object.entries(fields)) if (field.startsWith('p')) perProcess.set(field, Number.parseInt(value, 10));
    expect([...perProcess.values()].reduce((total, own) => total + own, 0)).toBe(Number(spent));
    for (const { spent: own } of survivors) if (own > 0) expect([...perProcess.values()]).toContain(own);
    await store.close();
  });

  it('get the slot of one that was killed after its lease, and its money counts as spent', async () => {
    const store = new RedisLimitStore({ url: server.path, timeoutMs: 10_000 });
    const account = { account: 'held', limitMicros: 100, period: 'ever' } as const;
    const slots = [{ key: 'chair', maxCalls: 1 }];
    const { child, news } = start('hold');
    await until(() => news.some(({ held: isHeld }) => isHeld === true), 'the slot to be held');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until(async () => (await store.take(wants({ slots }))).refused === undefined, 'the slot to come free');

    expect(await store.spent(account)).toBe(60);
    held(await store.take(wants({ budgets: [account], costMicros: 40 })));
    await store.close();
  });

  it('hear of a trip and of its reset', async () => {
    const workers = [1, 2, 3].map(() => start('switch'));
    await until(async () => (await server.client.pubsub('NUMSUB', '{enforcecore}:kill'))[1] === 3, 'all to listen');
    workers[0]?.child.send({ trip: 'stop everything' });
    await until(() => workers.every(({ news }) => news.some(({ event }) => event?.kind === 'tripped')), 'the trip');
    workers[1]?.child.send({ reset: true });
    await until(() => workers.every(({ news }) => news.some(({ event }) => event?.kind === 'reset')), 'the reset');
    const ends = workers.map(async ({ child }) => {
      child.send({ end: true });
      await once(child, 'exit');
      return child.exitCode;
    });

    // Each heard of either once, and nothing keeps a process that has closed its link.
    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
    expect(workers.map(({ news }) => news.filter(({ event }) => event).length)).toEqual([2, 2, 2]);
  });
});
