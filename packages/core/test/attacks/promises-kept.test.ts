import { describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { verifyTrail } from '@enforcecore/audit';
import { Auditor, CostLedger, createContainer, currentCall, enforce, Enforcer, HookRegistry, KillSwitch, ObserverQueue, Policy, recordCost, Redactor, RulesRedactor } from '../../src/index.js';
import { caught, caughtAsync, diskLab, goodCall, isTyped, lab, lastEntry, outcomes, tick, unhandledDuring } from './kit.js';

const redacting = { pii_redaction: { enabled: true }, redact_output: true };
const canary = 'ann.canary@corp.io';

describe('fail_open', () => {
  const broken = { begin: (): never => { throw new Error('disk'); }, record: (): never => { throw new Error('disk'); } };

  it('D-13: an oversized argument to a denied tool stays denied, with an entry', () => {
    const { container, auditor } = lab({ denied_tools: ['shell'] }, { failOpen: true, devMode: true });
    let ran = 0;
    expect(isTyped(caught(() => enforce(function shell(_x: string) { ran += 1; }, { container })('x'.repeat(11e6))))).toBe(true);
    expect([ran, outcomes(auditor)]).toEqual([0, ['blocked']]);
  });

  it('D-13/D-14: with the trail down, a denied tool stays denied, an allowed one runs once and is cleaned', async () => {
    const { container } = lab({ denied_tools: ['shell'], ...redacting }, { failOpen: true, devMode: true });
    container.rebind(Auditor).toConstantValue(broken);
    let ran = 0;
    expect(caught(() => enforce(function shell() { ran += 1; }, { container })())).toMatchObject({ code: 'TOOL_DENIED' });
    expect(ran).toBe(0);
    const out = await enforce(async function ok(x: string) { ran += 1; return { email: canary, x }; }, { container })(canary);
    expect(ran).toBe(1);
    expect(JSON.stringify(out)).not.toContain(canary);
  });

  it('D-14: an error after the run withholds the result and runs nothing again', async () => {
    const { container, auditor } = lab(redacting, { failOpen: true, devMode: true });
    const real = new RulesRedactor();
    container.rebind(Redactor).toConstantValue({ redact: (text, rules) => { if (text === 'out') throw new Error('x'); return real.redact(text, rules); } });
    let ran = 0;
    expect(isTyped(await caughtAsync(() => enforce(async function tool() { ran += 1; return 'out'; }, { container })()))).toBe(true);
    expect([ran, auditor.entries.length]).toEqual([1, 1]);
  });

  it('the gap is told of as soon as the trail can be written, also by an asynchronous auditor', async () => {
    const { container, auditor } = lab({}, { failOpen: true, devMode: true });
    let down = 2;
    const record = async (entry: never): Promise<{ entryId: string }> => { await tick(); if (down > 0) { down -= 1; throw new Error('disk'); } return auditor.record(entry); };
    container.rebind(Auditor).toConstantValue({ begin: () => undefined, record });
    const tool = enforce(async function tool() { return 1; }, { container });
    for (let i = 0; i < 4; i += 1) await tool();
    expect(auditor.entries.some((entry) => entry.kind === 'gap')).toBe(true);
  });

  it('an outage under many names does not grow without bound, nor end in a note too long to be written', () => {
    const { container, auditor } = lab({}, { failOpen: true, devMode: true });
    let down = true;
    const record = (entry: never): { entryId: string } => { if (down) throw new Error('disk'); return auditor.record(entry); };
    container.rebind(Auditor).toConstantValue({ begin: () => undefined, record });
    const enforcer = new Enforcer(undefined, { container });
    for (let i = 0; i < 1_500; i += 1) enforcer.runSync(() => 1, { tool: `${'n'.repeat(200)}${String(i)}` });
    down = false;
    expect(goodCall(container)).toBe(42);
    const gap = auditor.entries.find((entry) => entry.kind === 'gap');
    expect(gap?.detail).toContain('1500');
    expect(gap?.detail.length).toBeLessThan(10_000);
  });
});

describe('D-16: a trail that cannot be written blocks before the side effect, and the next call works when it can', () => {
  it.each<readonly [string, (folder: string) => void, (folder: string) => void]>([
    ['a path under a file', (f) => { rmSync(f, { recursive: true }); writeFileSync(f, ''); }, (f) => { rmSync(f); }],
    ['a trail that is a folder', (f) => { mkdirSync(join(f, 'trail.jsonl')); }, (f) => { rmSync(join(f, 'trail.jsonl'), { recursive: true }); }],
    ...(process.getuid?.() === 0 ? [] : [['a read-only folder', (f: string) => { chmodSync(f, 0o500); }, (f: string) => { chmodSync(f, 0o700); }] as const]),
  ])('%s', async (_name, breaks, mends) => {
    const { container, folder } = diskLab();
    breaks(folder);
    let ran = 0;
    const tool = enforce(function tool() { ran += 1; }, { container });
    expect(caught(() => { tool(); })).toMatchObject({ code: 'AUDIT' });
    expect(ran).toBe(0);
    mends(folder);
    expect(goodCall(container)).toBe(42);
    expect((await verifyTrail(join(folder, 'trail.jsonl'))).valid).toBe(true);
  });

  it('a caller’s tenant that is no text does not cost the record', () => {
    for (const tenant of [7, {}, 'x'.repeat(20e6)]) {
      const { container, folder } = diskLab({ denied_tools: ['t'] });
      const error = caught(() => new Enforcer(undefined, { container }).runSync(() => 1, { tool: 't', tenant: tenant as string }));
      expect(isTyped(error)).toBe(true);
      expect(caught(() => readFileSync(join(folder, 'trail.jsonl'), 'utf8').includes('"tool_name":"t"') || (() => { throw new Error('no entry'); })())).toBeUndefined();
    }
  });

  it('D-39: two classes, two policies and two containers on one trail verify', async () => {
    const one = diskLab();
    const two = createContainer({ policy: Policy.from({ name: 'b', rules: {} }), environment: {}, settings: { auditPath: one.folder } });
    for (let i = 0; i < 20; i += 1) for (const container of [one.container, two]) goodCall(container);
    const { valid, entries } = await verifyTrail(join(one.folder, 'trail.jsonl'));
    expect([valid, entries]).toEqual([true, 40]);
  });
});

describe('nesting', () => {
  it('D-20: twelve siblings are fine, eleven levels are not', async () => {
    const { container, auditor } = lab();
    const leaf = enforce(async function leaf() { await tick(); return currentCall()?.depth; }, { container });
    const root = enforce(async function root() { return Promise.all(Array.from({ length: 12 }, () => leaf())); }, { container });
    expect(await root()).toEqual(Array.from({ length: 12 }, () => 2));
    const down: (n: number) => Promise<number> = enforce(async function step(n: number): Promise<number> { return n === 0 ? 0 : down(n - 1); }, { container });
    expect(await down(9)).toBe(0);
    expect(await caughtAsync(() => down(10))).toMatchObject({ code: 'DEPTH' });
    expect(auditor.entries.every((e) => e.tool_name !== 'leaf' || e.parent_call_id !== null)).toBe(true);
  });

  it('D-24: a nested refusal belongs to the nested call; the outer one is a tool error with its id as parent', async () => {
    const { container, auditor } = lab({ denied_tools: ['inner'] });
    const inner = enforce(async function inner() { return 1; }, { container });
    const outer = enforce(async function outer() { return inner(); }, { container });
    expect(await caughtAsync(() => outer())).toMatchObject({ code: 'TOOL_DENIED', toolName: 'inner' });
    const [a, b] = auditor.calls;
    expect([a?.tool_name, a?.outcome, a?.parent_call_id === b?.call_id]).toEqual(['inner', 'blocked', true]);
    expect([b?.tool_name, b?.outcome, b?.violation_type]).toEqual(['outer', 'tool_error', null]);
  });

  it('D-20: timers and emitters started by a tool keep it as the parent, and siblings never share', async () => {
    const { container } = lab();
    const who = enforce(async function who(name: string) {
      const emitter = new EventEmitter();
      const seen = new Promise((resolve) => { emitter.on('x', () => { resolve(currentCall()?.args[0]); }); });
      setTimeout(() => emitter.emit('x'), 5);
      return [name, await seen];
    }, { container });
    expect(await Promise.all(['a', 'b', 'c'].map((name) => who(name)))).toEqual([['a', 'a'], ['b', 'b'], ['c', 'c']]);
  });

  it('a tool that starts itself again by a timer is not nested: it does not die at the eleventh time', async () => {
    const { container } = lab();
    let runs = 0;
    let failed: unknown;
    const poll: () => Promise<void> = enforce(async function again() { runs += 1; if (runs < 14) setTimeout(() => { poll().catch((e: unknown) => { failed = e; }); }, 1); }, { container });
    await poll();
    await tick(120);
    expect([runs, failed]).toEqual([14, undefined]);
  });
});

describe('hooks', () => {
  const hooked = (hook: Parameters<HookRegistry['on']>[1]): ReturnType<typeof lab> & { readonly run: () => Promise<unknown>; readonly ran: () => number } => {
    const made = lab({}, { hookTimeoutMs: 40 });
    made.container.get(HookRegistry).on('pre_call', hook);
    let ran = 0;
    const tool = enforce(async function tool() { ran += 1; return 1; }, { container: made.container });
    return { ...made, run: () => caughtAsync(() => tool(), 1_000), ran: () => ran };
  };

  it('D-26: the reason of a veto is in the error and in the entry', async () => {
    const { run, auditor } = hooked(((c: { veto(r: string): never }) => c.veto('because')) as never);
    expect(await run()).toMatchObject({ code: 'VETOED', reason: 'because' });
    expect(lastEntry(auditor)).toMatchObject({ violation_type: 'vetoed', violation_reason: 'because' });
  });

  it.each<readonly [string, (c: { veto(r: string): never }) => unknown]>([
    ['throws', () => { throw new Error('x'); }],
    ['rejects', async () => { await tick(); throw new Error('x'); }],
    ['hangs', () => new Promise(() => undefined)],
    ['vetoes after a while', async (c) => { await tick(5); c.veto('slow'); }],
    ['vetoes after its deadline', async (c) => { await tick(80); c.veto('late'); }],
    ['vetoes, and swallows its own veto', (c) => { try { c.veto('swallowed'); } catch { /* a wrapper that catches all */ } }],
    ['vetoes in a callable thenable', () => Object.assign(() => undefined, { then: (_ok: unknown, fail: (e: unknown) => void) => { setTimeout(fail, 5, new Error('no')); } })],
  ])('D-71: a hook that %s blocks', async (_name, hook) => {
    const { run, ran, auditor } = hooked(hook as never);
    const unhandled = await unhandledDuring(async () => { expect(isTyped(await run())).toBe(true); await tick(60); });
    expect([unhandled, ran(), auditor.entries.length]).toEqual([[], 0, 1]);
  });

  it('D-71: an async hook in front of a sync tool blocks', () => {
    const { container, auditor } = lab();
    container.get(HookRegistry).on('pre_call', async () => { await tick(); });
    expect(caught(() => goodCall(container))).toMatchObject({ code: 'ASYNC_SERVICE' });
    expect(auditor.entries).toHaveLength(1);
  });

  it('a call that its caller took back while a hook was thinking does not run', async () => {
    const { container, auditor } = lab();
    container.get(HookRegistry).on('pre_call', async () => { await tick(20); });
    const abort = new AbortController();
    let ran = 0;
    const pending = caughtAsync(() => new Enforcer(undefined, { container }).run(async () => { ran += 1; }, { tool: 't', signal: abort.signal }));
    await tick(5);
    abort.abort();
    expect(await pending).toMatchObject({ code: 'CANCELLED' });
    expect([ran, outcomes(auditor)]).toEqual([0, ['cancelled']]);
  });

  it('D-25: violation hooks see the entry already written', async () => {
    const { container, auditor } = lab({ denied_tools: ['good_tool'] });
    const seen: unknown[] = [];
    container.get(HookRegistry).on('violation', ({ result }) => { seen.push(auditor.entries.length, result.auditEntryId); });
    caught(() => goodCall(container));
    await container.get<ObserverQueue>(ObserverQueue).flush();
    expect(seen).toEqual([1, 'entry-1']);
  });
});

describe('limits', () => {
  it.each([NaN, -1, Infinity])('D-32: a cost of %p is refused and the budget still holds', (usd) => {
    const { container } = lab({ resource_limits: { max_cost_usd: 1 } });
    expect(isTyped(caught(() => enforce(function t() { recordCost(usd); }, { container })()))).toBe(true);
    expect(isTyped(caught(() => enforce(function t() { return 1; }, { container, cost: usd })))).toBe(true);
    expect(caught(() => enforce(function t() { return 1; }, { container, cost: 2 })())).toMatchObject({ code: 'COST_LIMIT' });
  });

  it('D-32: concurrent calls never overspend, however they interleave and end', async () => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), fc.array(fc.record({ cost: fc.integer({ min: 0, max: 5 }), fails: fc.boolean() }), { minLength: 1, maxLength: 12 }), async (s, calls) => {
      const { container, auditor } = lab({ resource_limits: { max_cost_usd: 10 } });
      let running = 0;
      const done = calls.map(({ cost, fails }) => enforce(async function t() { running += cost; expect(running).toBeLessThanOrEqual(10); await s.schedule(Promise.resolve()); if (fails) throw new Error('x'); }, { container, cost })().catch(() => undefined));
      await s.waitIdle();
      await Promise.all(done);
      expect(container.get(CostLedger).spentUsd('policy:attack')).toBe(running);
      expect(auditor.entries).toHaveLength(calls.length);
    }), { numRuns: 20 });
  });

  it('D-33: a call that the global limit denies burns no slot of its own tool', () => {
    const { container } = lab({ rate_limits: { global: { max_calls: 1, window_seconds: 60 }, per_tool: { good_tool: { max_calls: 2, window_seconds: 3600 } } } });
    goodCall(container);
    for (let i = 0; i < 3; i += 1) expect(caught(() => goodCall(container))).toMatchObject({ code: 'RATE_LIMIT', maxCalls: 1 });
  });

  it('D-27: one kill switch stops every function and policy of the container', () => {
    const { container } = lab();
    container.get(KillSwitch).trip('stop');
    const other = enforce(function other() { return 1; }, { container, policy: Policy.from({ name: 'other', rules: {} }) });
    for (const call of [() => goodCall(container), () => other()]) expect(caught(call)).toMatchObject({ code: 'KILL_SWITCH' });
  });
});

