import type { LimitRequest } from '@enforcecore/core';
import { RedisLimitStore } from '@enforcecore/redis';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

/** Something that is asked once for each call, and never refuses in a measurement. */
export interface Subject {
  readonly name: string;
  ask(): Promise<void>;
  close(): Promise<void>;
}

const manyCalls = 1_000_000_000;

/** The peer: one fixed window for each limiter, and one round trip for each of them. */
export function flexible(path: string, limits: number): Subject {
  const client = new Redis({ path, enableOfflineQueue: true });
  const limiters = Array.from({ length: limits }, (_, i) => new RateLimiterRedis({ storeClient: client, keyPrefix: `flexible${String(i)}`, points: manyCalls, duration: 60 }));
  return {
    name: `rate-limiter-flexible, ${String(limits)} fixed window${limits === 1 ? '' : 's'}`,
    ask: async () => {
      await Promise.all(limiters.map((limiter) => limiter.consume('all')));
    },
    close: async () => {
      await client.quit();
    },
  };
}

/** @param windows sliding windows, of which every second one is spread by gcra */
export function ours(path: string, { windows = 0, gcra = 0, hasMoney = false }: { readonly windows?: number; readonly gcra?: number; readonly hasMoney?: boolean }): Subject {
  const store = new RedisLimitStore({ url: path, prefix: `bench${String(windows)}-${String(gcra)}-${String(hasMoney)}`, timeoutMs: 10_000 });
  const request: LimitRequest = {
    id: 'call',
    now: 0,
    wallMs: 0,
    rates: [
      // A second's calls and no more: a window holds a member for each.
      ...Array.from({ length: windows }, (_, i) => ({ key: `w${String(i)}`, rule: { maxCalls: 1_000_000, windowMs: 1_000 } })),
      ...Array.from({ length: gcra }, (_, i) => ({ key: `g${String(i)}`, rule: { maxCalls: 1_000_000, windowMs: 1_000, algorithm: 'gcra' as const, burst: 1_000_000 } })),
    ],
    budgets: hasMoney ? [{ account: 'money', limitMicros: 1_000_000_000_000, period: 'day' }] : [],
    costMicros: hasMoney ? 3 : 0,
    slots: hasMoney ? [{ key: 'seats', maxCalls: 1_000 }] : [],
    leaseMs: 60_000,
    shared: undefined,
  };
  const parts = [windows > 0 ? `${String(windows)} sliding` : '', gcra > 0 ? `${String(gcra)} gcra` : '', hasMoney ? 'budget + slot' : ''].filter((part) => part !== '');
  return {
    name: `enforcecore, ${parts.join(' + ')}`,
    ask: async () => {
      const answer = await store.take(request);
      if (answer.refused !== undefined) throw new Error(`refused by a ${answer.refused}`);
      answer.settle(request.costMicros);
    },
    close: () => store.close(),
  };
}
