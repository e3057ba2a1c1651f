import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Policy } from '../../policy/policy.js';
import { FakeClock } from '../../testing/fake-clock.js';
import { sampleCall } from '../../testing/laws.js';
import type { Reservation } from '../guard.js';
import { LaterStore } from './later-store.test.kit.js';
import { LimitGuard } from './limit-guard.js';
import type { LimitStore } from './limit-store.js';
import { MemoryLimitStore } from './memory-limit-store.js';

const flush = async (): Promise<void> => {
  for (let i = 0; i < 8; i += 1) await new Promise(setImmediate);
};

class Site {
  readonly clock = new FakeClock();
  readonly guard: LimitGuard;
  readonly #policy: Policy;
  /** Names of calls that were let in, in their order. */
  readonly passed: string[] = [];
  readonly held = new Map<string, Reservation>();
  readonly refused = new Map<string, unknown>();

  constructor(rules: object, store: LimitStore = new MemoryLimitStore()) {
    this.guard = new LimitGuard(store, this.clock, { log: () => undefined });
    this.#policy = Policy.from({ name: 'p', rules });
  }

  call(name: string, { tool = 'search', tenant = undefined as string | undefined, signal = new AbortController().signal, canWait = true } = {}): void {
    const call = { ...sampleCall(tool), id: name, tenant, signal };
    const refuse = (error: unknown): void => { this.refused.set(name, error); };
    const pass = (held: Reservation): void => {
      this.passed.push(name);
      this.held.set(name, held);
    };
    try {
      const answer = this.guard.reserve({ call, policy: this.#policy, costMicros: 0, budgetMicros: undefined, now: this.clock.monotonic(), canWait });
      if (answer instanceof Promise) answer.then(pass, refuse);
      else pass(answer);
    } catch (error) {
      refuse(error);
    }
  }

  end(name: string): void {
    this.held.get(name)?.commit();
  }
}

const queue = (maxCalls: number, more: object = {}): object => ({ concurrency: { max_calls: maxCalls, max_waiting: 3, max_wait_seconds: 2 }, ...more });

describe('waiting for a slot', () => {
  it('lets calls in one after the other, first come first served', async () => {
    const site = new Site(queue(1));
    for (const name of ['a', 'b', 'c']) site.call(name);
    await flush();
    expect(site.passed).toEqual(['a']);

    for (const name of ['a', 'b', 'c']) {
      site.end(name);
      await flush();
    }

    expect(site.passed).toEqual(['a', 'b', 'c']);
    expect(site.clock.pending).toBe(0);
  });

  it('lets nobody overtake, not even between a slot coming free and its being taken', async () => {
    const site = new Site(queue(1));
    for (const name of ['a', 'b']) site.call(name);
    site.end('a');
    site.call('late');
    await flush();

    expect(site.passed).toEqual(['a', 'b']);
  });

  it('refuses at once when too many wait, and those that cannot wait', async () => {
    const site = new Site(queue(1));
    for (const name of ['a', 'b', 'c', 'd', 'e']) site.call(name);
    site.call('sync', { canWait: false });
    await flush();

    expect([...site.refused.keys()].sort()).toEqual(['e', 'sync']);
    expect(site.refused.get('e')).toMatchObject({ code: 'CONCURRENCY_LIMIT', violationType: 'concurrency_limit', maxCalls: 1, waitedMs: 0 });
  });

  it('refuses a call that waited as long as it may, and says how long', async () => {
    const site = new Site(queue(1));
    for (const name of ['a', 'b']) site.call(name);
    await flush();
    site.clock.advance(1_999);
    await flush();
    expect(site.refused.size).toBe(0);
    site.clock.advance(1);
    await flush();

    expect(site.refused.get('b')).toMatchObject({ code: 'CONCURRENCY_LIMIT', waitedMs: 2_000, message: expect.stringContaining('after 2000 ms of waiting') });
    site.end('a');
    site.call('c');
    expect(site.passed).toEqual(['a', 'c']);
  });

  it('forgets a call that is taken back, and gives its turn to the next', async () => {
    const site = new Site(queue(1));
    const abort = new AbortController();
    site.call('a');
    site.call('b', { signal: abort.signal });
    site.call('c');
    site.call('gone', { signal: AbortSignal.abort() });
    abort.abort(new Error('no more'));
    await flush();
    site.end('a');
    await flush();

    expect(site.passed).toEqual(['a', 'c']);
    expect(site.refused.get('b')).toMatchObject({ code: 'CANCELLED' });
    expect(site.refused.get('gone')).toMatchObject({ code: 'CANCELLED' });
  });

  it('holds nothing while it waits: places in rates are taken with the slot', async () => {
    const site = new Site(queue(1, { rate_limits: { limits: [{ max_calls: 2, tools: ['search'] }] } }));
    for (const name of ['a', 'b']) site.call(name);
    await flush();
    // The third call needs no slot of `search` once it is refused by the rate; while b waits there is one place left.
    site.end('a');
    await flush();
    site.call('c');
    site.end('b');
    await flush();

    expect(site.passed).toEqual(['a', 'b']);
    expect(site.refused.get('c')).toMatchObject({ code: 'RATE_LIMIT' });
  });

  it('counts an attempt once, however often a waiting call asks', async () => {
    const site = new Site(queue(1, { rate_limits: { limits: [{ max_calls: 3, count_blocked: true }] } }));
    for (const name of ['a', 'b', 'c']) site.call(name);
    await flush();
    for (const name of ['a', 'b', 'c']) {
      site.end(name);
      await flush();
    }

    expect(site.passed).toEqual(['a', 'b', 'c']);
    site.call('d');
    expect(site.refused.get('d')).toMatchObject({ code: 'RATE_LIMIT' });
  });

  it('is not held up by calls that wait for other slots', async () => {
    const site = new Site({ concurrency: { max_waiting: 5, limits: [{ by: ['tool'], max_calls: 1 }] } });
    site.call('a', { tool: 'slow' });
    site.call('b', { tool: 'slow' });
    site.call('c', { tool: 'quick' });
    site.call('d', { tool: 'quick' });
    await flush();
    site.end('c');
    await flush();

    expect(site.passed).toEqual(['a', 'c', 'd']);
  });

  it('holds up nobody who needs another slot than the one that a waiting call lacks, and tells which one is full', async () => {
    const site = new Site({ concurrency: { max_calls: 8, limits: [{ name: 'one', tools: ['export'], by: ['tenant'], max_calls: 1 }], max_waiting: 1 } });
    site.call('a1', { tool: 'export', tenant: 'a' });
    site.call('a2', { tool: 'export', tenant: 'a' });
    site.call('a3', { tool: 'export', tenant: 'a' });
    site.call('b1', { tool: 'other', tenant: 'b' });
    site.call('c1', { tool: 'export', tenant: 'c' });
    site.call('c2', { tool: 'export', tenant: 'c' });
    await flush();

    expect(site.passed).toEqual(['a1', 'b1', 'c1']);
    expect([...site.refused.keys()]).toEqual(['a3']);
    expect(site.refused.get('a3')).toMatchObject({ maxCalls: 1, message: expect.stringContaining('concurrency.limits.one') });
    site.end('c1');
    await flush();
    expect(site.passed).toEqual(['a1', 'b1', 'c1', 'c2']);
  });

  it('lets a call that waits for one of two slots hold up nobody at the other, also as what it lacks changes', async () => {
    const site = new Site({ concurrency: { max_waiting: 5, limits: [{ name: 'x', tools: ['x', 'both'], max_calls: 1 }, { name: 'y', tools: ['y', 'both'], max_calls: 1 }] } });
    site.call('x1', { tool: 'x' });
    site.call('both', { tool: 'both' });
    site.call('y1', { tool: 'y' });
    await flush();
    expect(site.passed).toEqual(['x1', 'y1']);
    site.end('x1');
    await flush();
    // It lacks y now, so nobody waits for x any more.
    site.call('x2', { tool: 'x' });
    site.call('y2', { tool: 'y' });
    site.end('x2');
    site.end('y1');
    await flush();

    expect(site.passed).toEqual(['x1', 'y1', 'x2', 'both']);
    site.end('both');
    await flush();
    expect(site.passed).toEqual(['x1', 'y1', 'x2', 'both', 'y2']);
    site.end('y2');
    expect(site.clock.pending).toBe(0);
  });

  it('does not let a call wait whose rate is full', () => {
    const site = new Site(queue(1, { rate_limits: { limits: [{ max_calls: 1 }] } }));
    site.call('a');
    site.call('b');

    expect(site.refused.get('b')).toMatchObject({ code: 'RATE_LIMIT' });
  });

  it('refuses waiting calls when the clock gives no time any more', async () => {
    const site = new Site(queue(1, { rate_limits: { limits: [{ max_calls: 2 }] } }));
    site.call('a');
    site.call('b');
    site.clock.monotonic = () => Number.NaN;
    site.end('a');
    await flush();

    expect(site.passed).toEqual(['a']);
    expect(site.refused.get('b')).toMatchObject({ code: 'GUARD', message: expect.stringContaining('the clock gives no time') });
  });

  it('asks a shared store again and again, less and less often, until it has a slot', async () => {
    const store = new LaterStore();
    const site = new Site(queue(1), store);
    site.call('a');
    await flush();
    for (const name of ['b', 'c']) site.call(name);
    await flush();
    const asked = store.requests.length;
    for (let i = 0; i < 100; i += 1) {
      site.clock.advance(10);
      await flush();
    }
    expect(store.requests.length - asked).toBeGreaterThan(3);
    expect(store.requests.length - asked).toBeLessThan(12);
    site.end('a');
    for (let i = 0; i < 40; i += 1) {
      site.clock.advance(10);
      await flush();
    }

    expect(site.passed).toEqual(['a', 'b']);
    site.end('b');
    for (let i = 0; i < 40; i += 1) {
      site.clock.advance(10);
      await flush();
    }
    expect(site.passed).toEqual(['a', 'b', 'c']);
    expect(site.clock.pending).toBe(0);
  });

  it('gives back what a store grants to a call that has gone in the meantime', async () => {
    const store = new LaterStore();
    const site = new Site(queue(1), store);
    site.call('a');
    await flush();
    const abort = new AbortController();
    site.call('b', { signal: abort.signal });
    await flush();
    site.end('a');
    site.clock.advance(10); // the store is asked, and has not answered yet
    abort.abort();
    await flush();
    site.call('c');
    await flush();

    expect(site.refused.get('b')).toMatchObject({ code: 'CANCELLED' });
    expect(site.passed).toEqual(['a', 'c']);
  });

  it('never has more calls at once than slots, loses no wake-up and leaves nothing behind, in any order', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('call' as const) }),
      fc.record({ kind: fc.constant('end' as const), which: fc.nat(9) }),
      fc.record({ kind: fc.constant('abort' as const), which: fc.nat(9) }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(900) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, isLater) => {
        const site = new Site(queue(2), isLater ? new LaterStore() : new MemoryLimitStore());
        const aborts = new Map<string, AbortController>();
        const running = new Set<string>();
        let ended = 0;
        const settle = async (): Promise<void> => {
          await flush();
          for (const name of site.passed.slice(running.size + ended)) running.add(name);
          expect(running.size).toBeLessThanOrEqual(2);
        };
        const end = async (name: string | undefined): Promise<void> => {
          if (name === undefined) return;
          running.delete(name);
          ended += 1;
          site.end(name);
          await settle();
        };
        for (const one of steps) {
          if (one.kind === 'call') {
            const name = String(aborts.size);
            aborts.set(name, new AbortController());
            site.call(name, { signal: (aborts.get(name) ?? new AbortController()).signal });
          } else if (one.kind === 'end') await end([...running][one.which]);
          else if (one.kind === 'abort') [...aborts.values()][one.which]?.abort();
          else site.clock.advance(one.ms);
          await settle();
        }
        while (running.size > 0) {
          await end([...running][0]);
          site.clock.advance(isLater ? 400 : 0);
          await settle();
        }
        if (isLater) {
          site.clock.advance(2_000);
          await settle();
        }

        expect(site.passed.length + site.refused.size).toBe(aborts.size);
        expect(site.clock.pending).toBe(0);
      }),
      { numRuns: 25 },
    );
  });
});
