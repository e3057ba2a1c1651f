import { describe, expect, it } from '@jest/globals';
import { Clock, createContainer, enforce, Enforcer, LimitStore, MemoryLimitStore, Policy, recordCost, runInContainer, CostLedger } from '../src/index.js';
import { defineTool, jsonSchema } from '../src/tools/index.js';
import { FakeClock } from '../src/testing/index.js';
import { LaterStore } from '../src/guard/limits/later-store.test.kit.js';
import { errorOf, houseWith, type TestHouse } from './kit.js';

const later = async (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

function withClock(rules: object): TestHouse & { readonly clock: FakeClock } {
  const house = houseWith(rules);
  const clock = new FakeClock();
  house.container.rebind(Clock).toConstantValue(clock);
  return { ...house, clock };
}

describe('limits belong to the container', () => {
  it('counts calls of all functions together, however many there are (D-27)', () => {
    const { container } = houseWith({ rate_limits: { global: { max_calls: 1 } } });
    const [first, second] = [enforce(() => 1, { container, tool: 'r1' }), enforce(() => 2, { container, tool: 'r2' })];

    expect(first()).toBe(1);
    expect(() => second()).toThrow(expect.objectContaining({ code: 'RATE_LIMIT' }));
  });

  it('takes no place of a tool for calls that the global limit refuses (D-33)', async () => {
    const { container, clock } = withClock({ rate_limits: { per_tool: { t: { max_calls: 2 } }, global: { max_calls: 1, window_seconds: 1 } } });
    const tool = enforce(() => 1, { container, tool: 't' });
    tool();
    for (let i = 0; i < 5; i += 1) expect((await errorOf(tool) as Error).message).toContain('rate_limits.global');
    clock.advance(1_000);

    expect(tool()).toBe(1);
  });

  it('counts attempts that a rule had blocked before, where the policy says so (D-33)', () => {
    const { container } = houseWith({ denied_tools: ['bad'], rate_limits: { limits: [{ max_calls: 2, count_blocked: true }] } });
    const bad = enforce(() => 1, { container, tool: 'bad' });
    for (let i = 0; i < 2; i += 1) expect(() => bad()).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }));

    expect(() => enforce(() => 1, { container, tool: 'good' })()).toThrow(expect.objectContaining({ code: 'RATE_LIMIT' }));
  });

  it('lets siblings inside a call have their own slots and budgets (D-20)', async () => {
    const { container } = houseWith({ concurrency: { limits: [{ tools: ['leaf'], max_calls: 12 }] } });
    const leaf = enforce(async () => { await later(); return 1; }, { container, tool: 'leaf' });
    const root = enforce(async () => Promise.all(Array.from({ length: 12 }, async () => leaf())), { container, tool: 'root' });

    expect(await root()).toHaveLength(12);
  });
});

describe('slots', () => {
  it('does not count the wait for a slot as the time of the tool (D-30)', async () => {
    const { container } = houseWith({ resource_limits: { max_call_duration_seconds: 5 }, concurrency: { max_calls: 4, max_waiting: 8 } });
    let running = 0;
    let most = 0;
    const tool = enforce(async () => {
      running += 1;
      most = Math.max(most, running);
      await later();
      running -= 1;
      return 1;
    }, { container, tool: 't' });

    expect(await Promise.all(Array.from({ length: 12 }, async () => tool()))).toEqual(Array.from({ length: 12 }, () => 1));
    expect(most).toBe(4);
  });

  it('refuses what finds no place to wait, and records why', async () => {
    const { container, auditor } = houseWith({ concurrency: { max_calls: 1 } });
    const tool = enforce(async () => later(), { container, tool: 't' });
    const first = tool();

    expect(await errorOf(tool)).toMatchObject({ code: 'CONCURRENCY_LIMIT', violationType: 'concurrency_limit' });
    await first;
    expect(auditor.calls.map(({ decision, violation_type: type }) => [decision, type])).toEqual([['blocked', 'concurrency_limit'], ['allowed', null]]);
    await tool();
  });

  it('comes free however a call ends', async () => {
    const { container } = houseWith({ concurrency: { max_calls: 1 }, content_rules: { block_patterns: [{ name: 'x', pattern: 'forbidden', applies_to: 'results' }] } });
    const call = async (body: (signal?: AbortSignal) => unknown, signal?: AbortSignal): Promise<unknown> =>
      new Enforcer(undefined, { container }).run(async () => body(), { tool: 't', ...(signal === undefined ? {} : { signal }) }).catch((error: unknown) => error);
    const abort = new AbortController();
    await call(() => { throw new Error('own'); });
    await call(() => 'forbidden');
    await call(async () => { abort.abort(); await later(); }, abort.signal);
    await later();

    expect(await call(() => 'fine')).toBe('fine');
  });
});

describe('money recorded inside a call', () => {
  it('counts in every budget of that call', async () => {
    const { container, clock } = withClock({ budgets: [{ name: 'mine', by: ['agent'], max_usd: 1, period: 'day' }] });
    const spend = async (agent: string): Promise<unknown> =>
      new Enforcer(undefined, { container }).run(async () => { recordCost(0.6); }, { tool: 't', agent }).catch((error: unknown) => error);
    await spend('ann');
    await spend('ann');

    expect(await spend('ann')).toMatchObject({ code: 'COST_LIMIT', budgetUsd: 1, spentUsd: 1.2 });
    expect(await spend('bob')).toBeUndefined();
    clock.advance(86_400_000);
    expect(await spend('ann')).toBeUndefined();
    expect(container.get(CostLedger).spentUsd('container')).toBeCloseTo(2.4, 9);
  });

  it('counts once for the policy and the container, and for another policy that it is recorded for', () => {
    const { container } = houseWith();
    const other = new Enforcer(Policy.from({ name: 'other', rules: {} }), { container });
    enforce(() => { other.recordCost(1); recordCost(2); }, { container, tool: 't' })();
    other.recordCost(4);

    const spent = (account: string): number => container.get(CostLedger).spentUsd(account);
    expect([spent('policy:test'), spent('policy:other'), spent('container')]).toEqual([3, 5, 7]);
  });

  it('reaches a shared store', async () => {
    const { container } = houseWith({ budgets: [{ max_usd: 1 }] });
    const store = new LaterStore();
    container.rebind(LimitStore).toConstantValue(store);
    await runInContainer(container, async () => enforce(async () => { recordCost(1); }, { tool: 't' })());
    await later();

    expect(await errorOf(enforce(async () => 1, { container, tool: 't' }))).toMatchObject({ code: 'COST_LIMIT', spentUsd: 1 });
    expect(store.inner.ledger.spentUsd('policy:test')).toBe(1);
  });
});

describe('shared limits', () => {
  it('are refused before any call where the store is not shared', async () => {
    const rules = { shared_limits: {}, rate_limits: { global: { max_calls: 1 } } };

    expect(await errorOf(() => houseWith(rules))).toMatchObject({ code: 'POLICY_INVALID', message: expect.stringContaining('MemoryLimitStore keeps limits in this process only') });
  });

  it('block a synchronous tool, which cannot wait for them', async () => {
    const { container } = houseWith({ rate_limits: { global: { max_calls: 1 } } });
    container.rebind(LimitStore).toConstantValue(new LaterStore());

    expect(await errorOf(enforce(() => 1, { container, tool: 't' }))).toMatchObject({ code: 'ASYNC_SERVICE' });
    expect(await enforce(async () => 1, { container, tool: 't' })()).toBe(1);
  });

  it('go on with what was counted when the guard is made anew', () => {
    const { container } = houseWith({ rate_limits: { global: { max_calls: 1 } } });
    enforce(() => 1, { container, tool: 't' })();
    const clock = container.get(Clock);
    container.rebind(Clock).toConstantValue(clock);

    expect(() => enforce(() => 1, { container, tool: 't' })()).toThrow(expect.objectContaining({ code: 'RATE_LIMIT' }));
    expect(createContainer({ environment: {} }).get(LimitStore)).toBeInstanceOf(MemoryLimitStore);
  });
});

describe('blocked calls that count', () => {
  it('are not those whose arguments do not fit the tool, which no rule sees', async () => {
    const limits = [{ name: 'tries', max_calls: 2, window_seconds: 60, count_blocked: true }];
    const { container } = houseWith({ rate_limits: { limits } });
    const tool = defineTool({ name: 'read', description: 'reads a note', input: jsonSchema({ type: 'object', properties: { id: { type: 'number' } }, additionalProperties: false }), execute: () => 'read', container });

    for (let i = 0; i < 2; i += 1) expect(await errorOf(() => tool.call({ id: 'seven' }))).toMatchObject({ code: 'TOOL_INPUT' });

    expect(await tool.call({ id: 7 })).toBe('read');
    expect(await tool.call({ id: 8 })).toBe('read');
    expect(await errorOf(() => tool.call({ id: 9 }))).toMatchObject({ code: 'RATE_LIMIT' });
  });
});
