import { describe, expect, it } from '@jest/globals';
import { Auditor, Clock, currentCall, Enforce, enforce, Executor, Guard, HookRegistry, Logger, ObserverQueue, PolicyEngine, Redactor, runInContainer, Stage, type EnforceContainer } from '../../src/index.js';
import { caught, caughtAsync, goodCall, isTyped, lab, lastEntry, outcomes, tick, unhandledDuring, type Lab } from './kit.js';

const boom = (): never => { throw new Error('broken service'); };
const never = new Promise<never>(() => undefined);
const bind = (token: symbol, made: unknown) => (container: EnforceContainer): void => { (container.rebind(token) as unknown as { toConstantValue(x: unknown): void }).toConstantValue(made); };
const redacting = { pii_redaction: { enabled: true }, redact_output: true };

/** Services that break before the tool: blocked, typed, not run, one entry. */
const before: readonly (readonly [string, (container: EnforceContainer) => void])[] = [
  ['an engine that throws', bind(PolicyEngine, { decide: boom })],
  ['an engine that gives a promise', bind(PolicyEngine, { decide: async () => ({ decision: 'allowed', violations: [] }) })],
  ['an engine that gives nothing', bind(PolicyEngine, { decide: () => undefined })],
  ['an engine without a decide', bind(PolicyEngine, {})],
  ['an engine that blocks with garbage in the list', bind(PolicyEngine, { decide: () => ({ decision: 'blocked', violations: [null, 7] }) })],
  ['an engine that blocks with fields of the wrong type', bind(PolicyEngine, { decide: () => ({ decision: 'blocked', violations: [{ rule: {}, type: 5, reason: undefined }] }) })],
  ['a guard that throws', bind(Guard, { reserve: boom })],
  ['a guard that gives nothing', bind(Guard, { reserve: () => undefined })],
  ['a guard that rejects', bind(Guard, { reserve: () => Promise.reject(new Error('no')) })],
  ['a redactor that throws', bind(Redactor, { redact: boom })],
  ['a redactor that gives nothing', bind(Redactor, { redact: () => undefined })],
  ['a redactor that gives garbage', bind(Redactor, { redact: () => ({ text: 7, findings: 'x' }) })],
  ['a redactor that gives a promise', bind(Redactor, { redact: async () => ({ text: '', findings: [] }) })],
  ['a stage that throws undefined', (c) => { c.bind(Stage).toConstantValue({ room: 'guards', enter: () => { throw undefined; } }); }],
  ['a stage whose thenable has a then that returns nothing and refuses later', (c) => { c.bind(Stage).toConstantValue({ room: 'decide', enter: (() => ({ then: (_ok: unknown, fail: (e: unknown) => void) => { setTimeout(fail, 5, new Error('no')); } })) as never }); }],
];

describe('a broken service in front of the tool blocks the call', () => {
  it.each(before)('%s', async (_name, breaks) => {
    const { container, auditor } = lab(redacting);
    breaks(container);
    let ran = 0;
    const tool = enforce(async function tool(_x: string) { ran += 1; return 'text'; }, { container });

    let error: unknown;
    const unhandled = await unhandledDuring(async () => { error = await caughtAsync(() => tool('text')); });

    expect(unhandled).toEqual([]);
    expect(isTyped(error)).toBe(true);
    expect(ran).toBe(0);
    expect(auditor.entries).toHaveLength(1);
  });

  it.each(before)('%s, in front of a sync tool', async (_name, breaks) => {
    const { container, auditor } = lab(redacting);
    breaks(container);
    let ran = 0;
    const tool = enforce(function tool(_x: string) { ran += 1; return 'text'; }, { container });

    let error: unknown;
    const unhandled = await unhandledDuring(() => { error = caught(() => tool('text')); });

    expect(unhandled).toEqual([]);
    expect(isTyped(error)).toBe(true);
    expect(ran).toBe(0);
    expect(auditor.entries).toHaveLength(1);
  });

  it('an engine that allows with garbage in the list: one entry, no untyped error', () => {
    const { container, auditor } = lab();
    bind(PolicyEngine, { decide: () => ({ decision: 'allowed', violations: [undefined] }) })(container);
    const error = caught(() => enforce(function tool() { return 1; }, { container })());
    expect(error === undefined || isTyped(error)).toBe(true);
    expect(auditor.entries).toHaveLength(1);
  });

  it.each(['guard', 'journal'])('a %s that never answers does not outlast the caller’s signal', async (which) => {
    const { container, auditor } = lab();
    if (which === 'guard') bind(Guard, { reserve: () => never })(container);
    else bind(Auditor, { begin: () => never, record: (e: never) => auditor.record(e) })(container);
    let ran = 0;
    const tool = enforce(async function tool() { ran += 1; }, { container, timeoutMs: 50 });
    expect(isTyped(await caughtAsync(() => tool(), 500))).toBe(true);
    expect(ran).toBe(0);
    expect(auditor.entries).toHaveLength(1);
  });
});

describe('a broken executor', () => {
  it.each<readonly [string, () => unknown]>([
    ['throws', boom], ['gives nothing', () => undefined], ['gives garbage', () => ({ kind: 'fine' })], ['rejects', () => Promise.reject(new Error('no'))],
    ['gives a promise of nothing', () => Promise.resolve(undefined)],
  ])('that %s: typed error, one entry, the rooms are left', async (_name, execute) => {
    const { container, auditor } = lab({ resource_limits: { max_cost_usd: 10 } });
    let held = 0;
    bind(Guard, { reserve: () => { held += 1; return { commit: () => { held -= 1; }, release: () => { held -= 1; } }; } })(container);
    bind(Executor, { execute, step: (_w: unknown, pull: () => unknown) => pull() })(container);
    const error = await caughtAsync(() => enforce(async function tool() { return 1; }, { container })());
    expect(isTyped(error)).toBe(true);
    expect(auditor.entries).toHaveLength(1);
    expect(held).toBe(0);
  });
});

describe('a broken auditor', () => {
  it.each<readonly [string, unknown]>([
    ['throws', { begin: () => undefined, record: boom }],
    ['gives nothing', { begin: () => undefined, record: () => undefined }],
    ['rejects', { begin: () => undefined, record: () => Promise.reject(new Error('disk')) }],
    ['gives a foreign promise that rejects', { begin: () => undefined, record: () => ({ then: (_ok: unknown, fail: (e: unknown) => void) => { setTimeout(fail, 5, new Error('disk')); } }) }],
  ])('whose record %s withholds the result', async (_name, auditor) => {
    const { container } = lab();
    bind(Auditor, auditor)(container);
    const unhandled = await unhandledDuring(async () => {
      expect(await caughtAsync(() => enforce(async function tool() { return 1; }, { container })())).toMatchObject({ code: 'AUDIT' });
    });
    expect(unhandled).toEqual([]);
  });

  it.each<readonly [string, unknown]>([['throws', boom], ['rejects', () => Promise.reject(new Error('disk'))], ['gives a foreign promise that rejects', () => ({ then: (_ok: unknown, fail: (e: unknown) => void) => { setTimeout(fail, 5, new Error('disk')); } })]])(
    'D-16: whose begin %s blocks before the side effect', async (_name, begin) => {
      const { container, auditor } = lab();
      bind(Auditor, { begin, record: (e: never) => auditor.record(e) })(container);
      let ran = 0;
      expect(await caughtAsync(() => enforce(async function tool() { ran += 1; }, { container })())).toMatchObject({ code: 'AUDIT' });
      expect(ran).toBe(0);
      expect(auditor.entries).toHaveLength(1);
    });
});

describe('services that are not in the way stay out of it', () => {
  it('a logger that throws, with an observer that throws: no unhandled rejection, and later observers are told', async () => {
    const { container } = lab();
    bind(Logger, { log: boom })(container);
    let told = 0;
    container.get(HookRegistry).on('post_call', () => { told += 1; throw new Error('observer'); });
    const unhandled = await unhandledDuring(async () => {
      expect(goodCall(container)).toBe(42);
      await tick(20);
      expect(goodCall(container)).toBe(42);
      await tick(20);
    });
    expect(unhandled).toEqual([]);
    expect(told).toBe(2);
  });

  it('a clock that goes backwards blocks nothing and records no negative time', () => {
    const { container, auditor } = lab({ rate_limits: { global: { max_calls: 5, window_seconds: 60 } } });
    let now = 1e6;
    bind(Clock, { now: () => (now -= 1_000), monotonic: () => (now -= 1_000), schedule: () => () => undefined })(container);
    expect(goodCall(container)).toBe(42);
    expect(lastEntry(auditor)).toMatchObject({ outcome: 'ok' });
    expect(Number(lastEntry(auditor)?.call_duration_ms)).toBeGreaterThanOrEqual(0);
  });

  it('a clock that is no number does not lift a rate limit', () => {
    const { container } = lab({ rate_limits: { global: { max_calls: 1, window_seconds: 60 } } });
    bind(Clock, { now: () => 0, monotonic: () => NaN, schedule: () => () => undefined })(container);
    caught(() => goodCall(container));
    expect(caught(() => goodCall(container))).toMatchObject({ code: 'GUARD' });
  });

  it('an observer does not run as part of somebody’s call', async () => {
    const { container } = lab();
    const seen: unknown[] = [];
    container.get(HookRegistry).on('post_call', () => { seen.push(currentCall()?.tool); });
    const inner = enforce(async function inner() { return 1; }, { container });
    const outer = enforce(async function outer() { await inner(); await tick(20); return 2; }, { container });
    await outer();
    await container.get<ObserverQueue>(ObserverQueue).flush();
    expect(seen).toEqual([undefined, undefined]);
  });
});

describe('rebinding', () => {
  it('a service that cannot be built blocks every call until it can: the old one is not used instead', () => {
    const { container } = lab();
    expect(goodCall(container)).toBe(42);
    let tries = 0;
    container.rebind(PolicyEngine).toDynamicValue(() => { tries += 1; throw new Error('cannot build'); });
    const errors = [caught(() => goodCall(container)), caught(() => goodCall(container)), caught(() => goodCall(container))];
    expect(tries).toBeGreaterThan(0);
    expect(errors.map((error) => error !== undefined)).toEqual([true, true, true]);
    expect(errors.map(isTyped)).toEqual([true, true, true]);
  });

  it('an object bound again after restore is still enforced by its container', () => {
    const { container, auditor } = lab({ denied_tools: ['strike'] });
    class Tools { @Enforce() strike(): number { return 1; } }
    container.snapshot();
    container.bind(Tools).toSelf();
    container.get(Tools);
    container.restore();
    container.bind(Tools).toSelf();
    expect(caught(() => container.get(Tools).strike())).toMatchObject({ code: 'TOOL_DENIED' });
    expect(outcomes(auditor).length <= 1).toBe(true);
  });

  it('a rebinding in the middle of a stream neither loses nor doubles its entry', async () => {
    const made: Lab = lab();
    const tool = enforce(async function* tool() { yield 1; yield 2; }, { container: made.container });
    const stream = tool();
    await stream.next();
    const other = lab();
    made.container.rebind(Auditor).toConstantValue(other.auditor);
    await stream.next();
    await stream.next();
    expect(made.auditor.entries.length + other.auditor.entries.length).toBe(1);
  });

  it('a generator made in a scope is enforced by the scope’s container, wherever it is read', () => {
    const { container, auditor } = lab({ denied_tools: ['gen'] });
    const gen = enforce(function* gen() { yield 1; });
    const made = runInContainer(container, () => { try { return gen(); } catch (error) { return error; } });
    const error = made instanceof Error ? made : caught(() => (made as Generator).next());
    expect(error).toMatchObject({ code: 'TOOL_DENIED' });
    expect(auditor.entries).toHaveLength(1);
  });
});
