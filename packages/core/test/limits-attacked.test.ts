import { describe, expect, it } from '@jest/globals';
import { Clock, CostLedger, createContainer, Enforcer, Guard, KillSwitch, LimitStore, MemoryLimitStore, Policy, recordCost } from '../src/index.js';
import { FakeClock } from '../src/testing/index.js';
import { LaterStore } from '../src/guard/limits/later-store.test.kit.js';
import { errorOf, houseWith, type TestHouse } from './kit.js';

const flush = async (): Promise<void> => {
  for (let i = 0; i < 8; i += 1) await new Promise(setImmediate);
};

interface Site extends TestHouse {
  readonly clock: FakeClock;
  readonly enforcer: Enforcer;
}

function siteOf(rules: object, top: object = {}): Site {
  const house = houseWith(rules, {}, top);
  const clock = new FakeClock();
  house.container.rebind(Clock).toConstantValue(clock);
  return { ...house, clock, enforcer: new Enforcer(undefined, { container: house.container }) };
}

/** A tool that runs until it is told to end. */
function gate(): { readonly body: () => Promise<string>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { body: async () => opened.then(() => 'done'), open: () => { open(); } };
}

const settled = async (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('the wait for a slot', () => {
  it('is not the time of the tool, which has all of it once it runs (D-30)', async () => {
    const { enforcer, clock } = siteOf({ concurrency: { max_calls: 1, max_waiting: 1, max_wait_seconds: 5 } });
    const first = gate();
    const running = enforcer.run(first.body, { tool: 't' });
    const waiting = settled(enforcer.run(async () => 'ran', { tool: 't', timeoutMs: 100 }));
    const slow = gate();
    await flush();
    clock.advance(3_000);
    await flush();
    first.open();
    await running;

    expect(await waiting).toBe('ran');
    const late = settled(enforcer.run(slow.body, { tool: 't', timeoutMs: 100 }));
    await flush();
    clock.advance(100);
    expect(await late).toMatchObject({ code: 'TIMEOUT' });
  });

  it('ends by its own deadline, with the error of the slot and how long it was', async () => {
    const { enforcer, clock } = siteOf({ concurrency: { max_calls: 1, max_waiting: 1, max_wait_seconds: 2 } });
    const first = gate();
    void enforcer.run(first.body, { tool: 't' });
    const waiting = settled(enforcer.run(async () => 'ran', { tool: 't', timeoutMs: 100 }));
    await flush();
    clock.advance(2_000);

    expect(await waiting).toMatchObject({ code: 'CONCURRENCY_LIMIT', waitedMs: 2_000 });
    const next = enforcer.run(async () => 'next', { tool: 't' });
    first.open();
    expect(await next).toBe('next');
  });

  it('never begins for a call that the calls around it wait for', async () => {
    const { enforcer } = siteOf({ concurrency: { max_calls: 2, max_waiting: 5 } });
    const nest = async (depth: number): Promise<unknown> => enforcer.run(async () => (depth === 1 ? 'innermost' : nest(depth - 1)), { tool: 't' });

    expect(await nest(2)).toBe('innermost');
    expect(await settled(nest(3))).toMatchObject({ code: 'CONCURRENCY_LIMIT', message: expect.stringContaining('would wait for itself') });
    expect(await nest(2)).toBe('innermost');
  });

  it('is left by calls whose guard does not answer in time', async () => {
    const { container, clock, enforcer } = siteOf({});
    let signal: AbortSignal | undefined;
    container.rebind(Guard).toConstantValue({ reserve: async ({ call }) => { signal = call.signal; return new Promise(() => undefined); } });
    const call = settled(enforcer.run(async () => 1, { tool: 't', timeoutMs: 50 }));
    await flush();
    clock.advance(50);

    expect(await call).toMatchObject({ code: 'TIMEOUT' });
    expect(signal?.aborted).toBe(true);
  });
});

describe('the slot of a tool that nobody waits for any more', () => {
  const rules = { concurrency: { max_calls: 1 }, budgets: [{ max_usd: 1 }] };
  type End = (site: Site, abort: AbortController) => void;
  const ends: readonly (readonly [string, End])[] = [
    ['was cancelled', (_site, abort) => { abort.abort(); }],
    ['ran out of time', ({ clock }) => { clock.advance(50); }],
    ['was killed', ({ container }) => { const tripped = container.get(KillSwitch); tripped.trip('x'); tripped.reset(); }],
  ];

  it.each(ends)('is in use until the tool ends, where its call %s; its money counts at once', async (_how, end) => {
    const site = siteOf(rules);
    const { enforcer, container } = site;
    const abort = new AbortController();
    const left = gate();
    const call = settled(enforcer.run(left.body, { tool: 't', signal: abort.signal, timeoutMs: 50, cost: 0.25 }));
    await flush();
    end(site, abort);
    expect(await call).toBeInstanceOf(Error);

    expect(await errorOf(async () => enforcer.run(async () => 1, { tool: 't' }))).toMatchObject({ code: 'CONCURRENCY_LIMIT' });
    expect(container.get(CostLedger).spentUsd('policy:test')).toBe(0.25);
    left.open();
    await flush();
    expect(await enforcer.run(async () => 1, { tool: 't' })).toBe(1);
    expect(container.get(CostLedger).spentUsd('policy:test')).toBe(0.25);
  });

  it('comes free when the tool never ends, a minute after its deadline', async () => {
    const { enforcer, clock } = siteOf(rules);
    const call = settled(enforcer.run(async () => new Promise(() => undefined), { tool: 't', timeoutMs: 50 }));
    await flush();
    clock.advance(50);
    await call;
    clock.advance(60_049);
    expect(await errorOf(async () => enforcer.run(async () => 1, { tool: 't' }))).toMatchObject({ code: 'CONCURRENCY_LIMIT' });
    clock.advance(1);

    expect(await enforcer.run(async () => 1, { tool: 't' })).toBe(1);
  });

  it('is in use while a stream is still being made, and with a store that cannot charge first', async () => {
    const { enforcer, container } = siteOf(rules);
    container.rebind(LimitStore).toConstantValue(new LaterStore());
    const left = gate();
    const abort = new AbortController();
    const stream = await enforcer.run(async function* () { yield await left.body(); }, { tool: 't', signal: abort.signal });
    const read = settled(stream.next());
    await flush();
    abort.abort();
    await read;

    expect(await errorOf(async () => enforcer.run(async () => 1, { tool: 't' }))).toMatchObject({ code: 'CONCURRENCY_LIMIT' });
    left.open();
    await flush();
    expect(await enforcer.run(async () => 1, { tool: 't' })).toBe(1);
  });
});

describe('counters of two policies of one name', () => {
  const under = (site: Site, limits: readonly object[]): Enforcer =>
    new Enforcer(Policy.from({ name: 'p', rules: { rate_limits: { limits } } }), { container: site.container });
  const ran = async (enforcer: Enforcer, times: number): Promise<number> => {
    let n = 0;
    for (let i = 0; i < times; i += 1) await enforcer.run(async () => { n += 1; }, { tool: 'x' }).catch(() => undefined);
    return n;
  };

  it.each([[{ window_seconds: 0.05, max_calls: 1_000 }], [{ window_seconds: 60, max_calls: 2, algorithm: 'gcra' }]])('are not shared by limits that count otherwise: %j', async (other) => {
    const site = siteOf({});
    const strict = under(site, [{ name: 'l', max_calls: 2, window_seconds: 60 }]);
    const loose = under(site, [{ name: 'l', ...other }]);
    let strictly = 0;
    for (let i = 0; i < 5; i += 1) {
      strictly += await ran(strict, 2);
      site.clock.advance(60);
      await ran(loose, 1);
    }

    expect(strictly).toBe(2);
  });

  it('stay with an unnamed limit that another one is put in front of', async () => {
    const site = siteOf({});
    const own = { tools: ['x'], max_calls: 2, window_seconds: 60 };
    await ran(under(site, [own]), 2);
    const reloaded = under(site, [{ tools: ['y'], max_calls: 1, window_seconds: 60 }, own]);

    expect(await ran(reloaded, 1)).toBe(0);
    expect(await reloaded.run(async () => 'y', { tool: 'y' })).toBe('y');
  });
});

describe('calls that are counted though they are blocked', () => {
  const attempts = (more: object = {}, by: readonly string[] = []): object => ({ rate_limits: { limits: [{ name: 'att', by, max_calls: 2, count_blocked: true }] }, ...more });

  it('are also those that are too dear', async () => {
    const { enforcer } = siteOf(attempts({ resource_limits: { max_call_cost_usd: 0.1 } }));
    for (let i = 0; i < 2; i += 1) await errorOf(async () => enforcer.run(async () => 1, { tool: 't', cost: 5 }));

    expect(await errorOf(async () => enforcer.run(async () => 1, { tool: 't' }))).toMatchObject({ code: 'RATE_LIMIT' });
  });

  it('are those with too many values, under the first of them, and keep their own error', async () => {
    const { enforcer } = siteOf(attempts({ denied_tools: ['bad'] }, ['args.ids[*]']));
    const args = [{ ids: Array.from({ length: 101 }, (_, i) => i) }];

    expect(await errorOf(async () => enforcer.run(async () => 1, { tool: 'bad', args }))).toMatchObject({ code: 'TOOL_DENIED' });
    expect(await errorOf(async () => enforcer.run(async () => 1, { tool: 'good', args }))).toMatchObject({ code: 'GUARD' });
    expect(await errorOf(async () => enforcer.run(async () => 1, { tool: 'good', args: [{ ids: [1] }] }))).toMatchObject({ code: 'RATE_LIMIT' });
  });

  it('keep their own error when they cannot be counted, also in front of synchronous tools', async () => {
    const { container, enforcer } = siteOf(attempts({ denied_tools: ['bad'] }));
    const { reserve } = container.get(Guard);
    for (const blocked of [() => { throw new Error('no'); }, async () => Promise.reject(new Error('no'))]) {
      container.rebind(Guard).toConstantValue({ reserve, blocked });
      expect(await errorOf(async () => enforcer.run(async () => 1, { tool: 'bad' }))).toMatchObject({ code: 'TOOL_DENIED' });
      expect(() => enforcer.runSync(() => 1, { tool: 'bad' })).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }));
    }
  });
});

describe('monitor mode', () => {
  const monitored = (rules: object): Site => siteOf(rules, { mode: 'monitor' });
  const noted = ({ auditor }: Site): unknown => auditor.calls.map(({ decision, violations = [] }) => [decision, ...violations.map(({ action, type }) => `${action}:${type}`)]);

  it('notes what would block, and blocks nothing: too many values, costs that are none', async () => {
    const site = monitored({ rate_limits: { limits: [{ by: ['args.ids[*]'], max_calls: 5 }] } });
    const run = async (options: object): Promise<unknown> => site.enforcer.run(async () => 'ran', { tool: 't', ...options });
    const outcomes = [await run({ args: [{ ids: Array.from({ length: 101 }, (_, i) => i) }] }), await run({ cost: () => Number.NaN }), await run({ cost: { settle: () => Number.NaN } })];

    expect(outcomes).toEqual(['ran', 'ran', 'ran']);
    expect(noted(site)).toEqual([['allowed', 'would_block:resource_limit'], ['allowed', 'would_block:cost_limit'], ['allowed', 'would_block:cost_limit']]);
  });

  it('counts the money of calls that would not have fit', async () => {
    const site = monitored({ budgets: [{ name: 'b', by: ['tenant'], max_usd: 0.1 }] });
    for (let i = 0; i < 3; i += 1) await site.enforcer.run(async () => { recordCost(0.01); }, { tool: 't', tenant: 'a', cost: 0.09 });

    expect(site.container.get(CostLedger).spentUsd('policy:test')).toBeCloseTo(0.3, 9);
    expect(site.container.get(CostLedger).spentUsd('container')).toBeCloseTo(0.3, 9);
  });
});

describe('errors', () => {
  it('of sums that cannot be counted name the limit, and nobody', async () => {
    const { enforcer } = siteOf({ budgets: [{ name: 'b', by: ['tenant'], max_usd: 9e9 }] });
    const record = async (): Promise<unknown> => enforcer.run(async () => { recordCost(8.9e9); }, { tool: 't', tenant: 'Alice Smith' });
    await record();

    const error = await errorOf(record) as Error;
    expect(error.message).toContain('rules.budgets.b');
    expect(error.message).not.toContain('Alice');
  });

  it('of a flooded limit do not reach other limits and policies', async () => {
    const container = createContainer({ policy: Policy.from({ name: 'test', rules: {} }), environment: {} });
    const ledger = new CostLedger(100);
    container.rebind(LimitStore).toConstantValue(new MemoryLimitStore(ledger));
    for (let i = 0; i < 100; i += 1) ledger.record([`s${String(i)}`], 0.001);

    expect(() => { ledger.record(['one more'], 1); }).toThrow(expect.objectContaining({ code: 'GUARD' }));
    expect(await new Enforcer(undefined, { container }).run(async () => { recordCost(1); return 'ran'; }, { tool: 't', cost: 0.01 })).toBe('ran');
  });
});
