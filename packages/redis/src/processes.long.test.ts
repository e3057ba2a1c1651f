import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RedisLimitStore } from './redis-limit-store.js';
import { held, wants } from './request.test.kit.js';
import { describeWithRedis, until } from './server.test.kit.js';

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

const program = fileURLToPath(new URL('../test/worker.mjs', import.meta.url));

interface Worker {
  readonly child: ChildProcess;
  readonly news: News[];
}

describeWithRedis('several processes on one server', (server) => {
  // Starting one takes longest, so the tests share four, and end them one by one.
  const workers: Worker[] = [];
  const start = (): Worker => {
    const child = fork(program, [server.path], { execArgv: ['--disable-warning=ExperimentalWarning'] });
    const news: News[] = [];
    child.on('message', (message) => news.push(message as News)); // worker.mjs says nothing else
    return { child, news };
  };
  const lose = async ({ child }: Worker): Promise<void> => {
    workers.splice(workers.findIndex((worker) => worker.child === child), 1);
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  beforeAll(async () => {
    workers.push(start(), start(), start(), start());
    await until(() => workers.every(({ news }) => news.length > 0), 'all to be ready');
  });
  afterAll(() => {
    for (const { child } of workers) child.kill('SIGKILL');
  });

  it('never pass one budget, one rate and one set of slots, and are exact at the end, though one of them is killed', async () => {
    const store = new RedisLimitStore({ url: server.path, timeoutMs: 10_000 });
    const money = { account: 'money', limitMicros: 5_000, period: 'ever' } as const;
    for (const { child } of workers) child.send({ job: 'hammer' });
    await until(() => workers.every(({ news }) => news.some(({ granted }) => granted !== undefined)), 'all to work');
    const [victim] = workers;
    if (victim !== undefined) await lose(victim);
    const seen: { readonly atOnce: number; readonly spent: number }[] = [];
    while (!workers.every(({ news }) => news.some(({ done }) => done))) {
      seen.push({ atOnce: await server.client.zcard('{enforcecore}:s:seats'), spent: await store.spent(money) });
    }
    await store.close();
    const account = await server.client.hgetall('{enforcecore}:b:money');
    const own = Object.entries(account).flatMap(([field, value]) => (field.startsWith('p') ? [Number.parseInt(value, 10)] : []));
    const survivors = workers.flatMap(({ news }) => news.flatMap(({ done }) => done ?? []));

    expect(survivors).toHaveLength(3);
    expect(Math.max(...seen.map(({ atOnce }) => atOnce))).toBeLessThanOrEqual(6);
    expect(Math.max(...seen.map(({ spent }) => spent))).toBeLessThanOrEqual(5_000);
    expect(Number(account['t']) + Number(account['h'])).toBeLessThanOrEqual(5_000);
    expect(await server.client.zcard('{enforcecore}:w:3600000:calls')).toBeLessThanOrEqual(900);
    // Every survivor's sum stands there to the last micro-dollar, and the sums of all make up the account.
    for (const { spent } of survivors) if (spent > 0) expect(own).toContain(spent);
    expect(own.reduce((total, sum) => total + sum, 0)).toBe(Number(account['t']));
    expect(Number(account['h']) % 10).toBe(0);
  });

  it('get the slot of one that was killed after its lease, and its money counts as spent', async () => {
    const store = new RedisLimitStore({ url: server.path, timeoutMs: 10_000 });
    const account = { account: 'held', limitMicros: 100, period: 'ever' } as const;
    const slots = [{ key: 'chair', maxCalls: 1 }];
    const [holder] = workers;
    holder?.child.send({ job: 'hold' });
    await until(() => holder?.news.some(({ held: isHeld }) => isHeld === true) === true, 'the slot to be held');
    if (holder !== undefined) await lose(holder);
    await until(async () => (await store.take(wants({ slots }))).refused === undefined, 'the slot to come free');

    expect(await store.spent(account)).toBe(60);
    held(await store.take(wants({ budgets: [account], costMicros: 40 })));
    await store.close();
  });

  it('hear of a trip and of its reset, each once', async () => {
    for (const { child } of workers) child.send({ job: 'switch' });
    await until(async () => (await server.client.pubsub('NUMSUB', '{enforcecore}:kill'))[1] === 2, 'both to listen');
    workers[0]?.child.send({ trip: 'stop everything' });
    await until(() => workers.every(({ news }) => news.some(({ event }) => event?.kind === 'tripped')), 'the trip');
    workers[1]?.child.send({ reset: true });
    await until(() => workers.every(({ news }) => news.some(({ event }) => event?.kind === 'reset')), 'the reset');
    const ends = workers.map(async ({ child }) => {
      child.send({ end: true });
      await once(child, 'exit');
      return child.exitCode;
    });

    // Nothing keeps a process that has closed its link.
    expect(await Promise.all(ends)).toEqual([0, 0]);
    expect(workers.map(({ news }) => news.filter(({ event }) => event).length)).toEqual([2, 2]);
  });
});
