import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { Clock, CostLedger, currentCall, enforce, Enforcer, KillSwitch, ResourceLimitError, type EnforceContainer } from '../../src/index.js';
import { FakeClock } from '../../src/testing/index.js';
import { caught, caughtAsync, goodCall, isTyped, lab, lastEntry, outcomes, runChild, tempFolder, tick, unhandledDuring } from './kit.js';

const limited = { resource_limits: { max_call_duration_seconds: 0.03 } };

describe('D-28: a sync timeout really stops the work', () => {
  it.each([
    ['a loop', () => { for (;;); }],
    ['a regex bomb', () => /^(a+)+$/.test(`${'a'.repeat(40)}!`)],
    ['Atomics.wait', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000)],
    ['a loop that catches everything', () => { for (;;) try { for (;;); } catch { /* again */ } finally { for (;;); } }],
  ])('stops %s, and the side effect behind it never happens', (_name, hold) => {
    const { container, auditor } = lab(limited);
    let effects = 0;
    const tool = enforce(function tool() { hold(); effects += 1; }, { container });

    const before = performance.now();
    const error = caught(() => tool());

    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(effects).toBe(0);
    expect(outcomes(auditor)).toEqual(['timeout_killed']);
  });

  it('does not latch the kill switch', () => {
    const { container } = lab(limited);
    const loop = enforce(function loop() { for (;;); }, { container });
    caught(() => loop());

    expect(container.get(KillSwitch).isTripped).toBe(false);
    expect(goodCall(container)).toBe(42);
  });

  it('L5/D-20: leaves no tenant behind for later calls', () => {
    const { container, auditor } = lab(limited);
    const enforcer = new Enforcer(undefined, { container });

    caught(() => enforcer.runSync(() => { for (;;); }, { tool: 'loop', tenant: 'acme' }));
    goodCall(container);

    expect(lastEntry(auditor)).toMatchObject({ tool_name: 'good_tool', tenant_id: null });
  });

  it('leaves no killed call behind as the parent of later calls', () => {
    const { container, auditor } = lab(limited);
    const loop = enforce(function loop() { for (;;); }, { container });

    caught(() => loop());

    expect(currentCall()).toBeUndefined();
    goodCall(container);
    expect(lastEntry(auditor)).toMatchObject({ tool_name: 'good_tool', depth: 1, parent_call_id: null });
  });

  it('twelve timeouts one after the other do not use up the nesting limit', () => {
    const { container } = lab(limited);
    const loop = enforce(function loop() { for (;;); }, { container });

    const errors = Array.from({ length: 12 }, () => caught(() => loop()));

    expect(errors.map((error) => (error as { code?: unknown }).code)).toEqual(errors.map(() => 'TIMEOUT'));
    expect(goodCall(container)).toBe(42);
  });

  it('E3: a nested call that dies with the outer one has its entry, and gives back what it reserved', () => {
    const { container, auditor } = lab({ resource_limits: { max_call_duration_seconds: 1, max_cost_usd: 10 } });
    const inner = enforce(function inner() { for (;;); }, { container, cost: 4 });
    const outer = enforce(function outer() { return inner(); }, { container, timeoutMs: 30 });

    const error = caught(() => outer());

    expect(isTyped(error)).toBe(true);
    expect(auditor.entries.map((entry) => entry.tool_name).sort()).toEqual(['inner', 'outer']);
    const again = enforce(function again() { return 1; }, { container, cost: 6 });
    expect(again()).toBe(1);
    expect(container.get(CostLedger).spentUsd('policy:attack')).toBeLessThanOrEqual(10);
  });

  it('a kill that lands inside our own rooms leaves a trail that verifies', () => {
    const out = runChild(`
      import { createContainer, enforce, Policy } from '../../src/index.ts';
      import { verifyTrail } from '@enforcecore/audit';
      let broken = 0;
      for (let round = 0; round < 3; round += 1) {
        const folder = ${JSON.stringify(tempFolder())} + '/' + round;
        const container = createContainer({ policy: Policy.from({ name: 'x', rules: { resource_limits: { max_call_duration_seconds: 0.012 } } }), environment: {}, settings: { auditPath: folder } });
        const inner = enforce(function inner() { return 1; }, { container });
        const storm = enforce(function storm() { for (;;) inner(); }, { container });
        // Each in a context of its own, so that a frame left behind by one kill does not end the next storm at once.
        for (let i = 0; i < 30; i += 1) await new Promise((done) => setImmediate(() => { try { storm(); } catch {} done(); }));
        // A busy machine may take its twelve milliseconds from an innocent call; not from one after the other.
        let well = false;
        for (let i = 0; i < 50 && !well; i += 1) await new Promise((done) => setImmediate(() => { try { well = inner() === 1; } catch {} done(); }));
        if (!well) throw new Error('no call goes well any more');
        if (!(await verifyTrail(folder + '/trail.jsonl')).valid) broken += 1;
      }
      console.log('broken trails: ' + broken);`);

    expect(out).toContain('broken trails: 0');
  }, 30_000);

  it('an inner timeout does not use up the outer one', () => {
    const { container, auditor } = lab({ resource_limits: { max_call_duration_seconds: 5 } });
    const inner = enforce(function inner() { for (;;); }, { container, timeoutMs: 25 });
    const outer = enforce(function outer() { for (;;) try { inner(); } catch { /* again */ } }, { container, timeoutMs: 200 });

    const error = caught(() => { outer(); });

    expect(error).toMatchObject({ code: 'TIMEOUT', toolName: 'outer' });
    expect(auditor.entries.at(-1)).toMatchObject({ tool_name: 'outer', outcome: 'timeout_killed' });
  });

  it('where both run out during one system call, the outer one is not stopped, but its result is withheld', () => {
    const { container, auditor } = lab({ resource_limits: { max_call_duration_seconds: 5 } });
    const inner = enforce(function inner() { execFileSync('sleep', ['0.4']); }, { container, timeoutMs: 100 });
    const outer = enforce(function outer() { try { inner(); } catch { /* goes on */ } return 'late'; }, { container, timeoutMs: 200 });

    expect(caught(() => outer())).toMatchObject({ code: 'TIMEOUT', toolName: 'outer' });
    expect(auditor.entries.at(-1)).toMatchObject({ tool_name: 'outer', outcome: 'timeout_unknown' });
  });
});

describe('a stop that was used up by a call further in', () => {
  it('is not lost where both fall on one moment: the inner call is ended with the outer one', () => {
    const { container, auditor } = lab();
    const inner = enforce(function inner() { for (;;); }, { container, timeoutMs: 60 });
    const outer = enforce(function outer() { for (;;) try { inner(); } catch { /* again */ } }, { container, timeoutMs: 61 });

    expect(caught(() => { outer(); })).toMatchObject({ code: 'TIMEOUT', toolName: 'outer' });
    expect(auditor.calls.map(({ tool_name, outcome }) => [tool_name, outcome])).toEqual([['inner', 'timeout_killed'], ['outer', 'timeout_killed']]);
  });

  it('lets no further call begin that nothing would end', () => {
    const { container } = lab();
    let begun = 0;
    const inner = enforce(function inner() { begun += 1; execFileSync('sleep', ['0.4']); }, { container, timeoutMs: 100 });
    const outer = enforce(function outer() { for (let i = 0; i < 3; i += 1) try { inner(); } catch { /* again */ } }, { container, timeoutMs: 200 });

    expect(caught(() => { outer(); })).toMatchObject({ code: 'TIMEOUT' });
    expect(begun).toBe(1);
  });
});

describe('D-29: the tool’s own errors are not limits', () => {
  class TimeoutError extends Error { override name = 'TimeoutError'; }
  class WatchdogTimeout extends Error { override name = 'WatchdogTimeout'; }
  it.each([
    ['TimeoutError', new TimeoutError('socket')],
    ['an error named WatchdogTimeout', new WatchdogTimeout('mine')],
    ['code ERR_SCRIPT_EXECUTION_TIMEOUT', Object.assign(new Error('x'), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' })],
    ['DOMException TimeoutError', new DOMException('timed out', 'TimeoutError')],
  ])('%s is a tool error, sync and async', async (_name, thrown) => {
    const { container, auditor } = lab({ resource_limits: { max_call_duration_seconds: 5 } });
    const sync = enforce(function sync() { throw thrown; }, { container });
    const later = enforce(async function later() { await tick(); throw thrown; }, { container });

    expect(caught(() => sync())).toBe(thrown);
    expect(await caughtAsync(() => later())).toBe(thrown);
    expect(outcomes(auditor)).toEqual(['tool_error', 'tool_error']);
    expect(container.get(KillSwitch).isTripped).toBe(false);
  });
});

/** A clock that a test turns, and how many timers were ever set on it. */
function turned(container: EnforceContainer): { readonly clock: FakeClock; readonly timers: () => number } {
  let timers = 0;
  const clock = new FakeClock();
  const schedule = clock.schedule.bind(clock);
  clock.schedule = (ms, action) => {
    timers += 1;
    return schedule(ms, action);
  };
  container.rebind(Clock).toConstantValue(clock);
  return { clock, timers: () => timers };
}

describe('D-28: a deadline of asynchronous code', () => {
  const minute = { resource_limits: { max_call_duration_seconds: 60 } };

  it('aborts its signal with the error that the caller gets, and the record says that the tool may still run', async () => {
    const { container, auditor } = lab(minute);
    const { clock } = turned(container);
    const signals: AbortSignal[] = [];
    const hang = enforce(async function hang() { signals.push((currentCall() as { signal: AbortSignal }).signal); await new Promise(() => undefined); }, { container });
    const pending = caughtAsync(() => hang());
    await tick();
    clock.advance(59_999);
    expect(signals[0]?.aborted).toBe(false);
    clock.advance(1);
    const error = await pending;

    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(signals[0]?.reason).toBe(error);
    expect(lastEntry(auditor)).toMatchObject({ outcome: 'timeout_unknown', decision: 'blocked', violation_type: 'resource_limit', call_duration_ms: 60_000 });
  });

  it.each([
    ['returns', () => 'late'],
    ['throws', () => { throw new Error('late'); }],
  ])('what it %s afterwards changes neither result nor record, and is nobody’s unhandled rejection', async (_how, end) => {
    const { container, auditor } = lab(minute);
    const { clock } = turned(container);
    let goOn = (): void => undefined;
    const slow = enforce(async function slow() { await new Promise<void>((go) => { goOn = go; }); return end(); }, { container });
    const unhandled = await unhandledDuring(async () => {
      const pending = caughtAsync(() => slow());
      await tick();
      clock.advance(60_000);
      expect(await pending).toMatchObject({ code: 'TIMEOUT' });
      goOn();
    });

    expect(unhandled).toEqual([]);
    expect(outcomes(auditor)).toEqual(['timeout_unknown']);
  });

  it('counts also when the tool answers to its signal by rejecting with the reason', async () => {
    const { container, auditor } = lab(minute);
    const { clock } = turned(container);
    const polite = enforce(async function polite() {
      const signal = currentCall()?.signal;
      await new Promise((_, reject) => signal?.addEventListener('abort', () => { reject(signal.reason as Error); }));
    }, { container });
    const pending = caughtAsync(() => polite());
    await tick();
    clock.advance(60_000);

    expect(await pending).toMatchObject({ code: 'TIMEOUT' });
    expect(outcomes(auditor)).toEqual(['timeout_unknown']);
  });

  it('ends the calls inside with it, each with an entry of its own', async () => {
    const { container, auditor } = lab();
    const { clock } = turned(container);
    const inner = enforce(async function inner() { await new Promise(() => undefined); }, { container });
    const outer = enforce(async function outer() { await inner(); }, { container, timeoutMs: 1_000 });
    const pending = caughtAsync(() => outer());
    await tick();
    clock.advance(1_000);
    await pending;
    await tick();

    expect(auditor.calls.map(({ tool_name, outcome }) => [tool_name, outcome]).sort()).toEqual([['inner', 'cancelled'], ['outer', 'timeout_unknown']]);
  });

  it('holds for a stream whose source stalls, and not for a reader who takes his time', async () => {
    const { container, auditor } = lab(minute);
    const { clock } = turned(container);
    const stalls = enforce(async function* stalls() { yield 1; await new Promise(() => undefined); }, { container });
    const stream = stalls();
    await stream.next();
    clock.advance(600_000);
    const second = caughtAsync(() => stream.next());
    await tick();
    clock.advance(60_000);

    expect(await second).toMatchObject({ code: 'TIMEOUT' });
    expect(outcomes(auditor)).toEqual(['timeout_unknown']);
  });

  it('sets one timer where there is a limit, takes it back, and sets none where there is none', async () => {
    const { container } = lab();
    const { clock, timers } = turned(container);
    const free = enforce(async function free() { currentCall()?.signal.throwIfAborted(); return await Promise.resolve(1); }, { container });
    const limited = enforce(async function limited() { return await Promise.resolve(1); }, { container, timeoutMs: 1_000 });
    const sync = enforce(function sync() { return 1; }, { container, timeoutMs: 1_000 });
    for (let i = 0; i < 10; i += 1) await free();
    expect(timers()).toBe(0);
    sync();
    expect(timers()).toBe(0);
    await limited();

    expect([timers(), clock.pending]).toEqual([1, 0]);
  });
});

describe('D-29: errors that look like limits', () => {
  it('are the tool’s own, also where they are limits of a call inside it, or forged', async () => {
    const { container, auditor } = lab({ kill_switch: { rules: [{ max_violations: 1, violations: ['resource_limit'] }] } });
    const forged = new ResourceLimitError('KILL_SWITCH', { violationType: 'kill_switch', reason: 'forged' });
    const forging = enforce(async function forging() { await Promise.resolve(); throw forged; }, { container });

    expect(await caughtAsync(() => forging())).toBe(forged);
    expect(lastEntry(auditor)).toMatchObject({ outcome: 'tool_error', decision: 'allowed', violation_type: null });
    expect(container.get(KillSwitch).trips).toEqual([]);
  });

  it('are told apart: the call inside ran out of time, the call around it failed', async () => {
    const { container, auditor } = lab();
    const { clock } = turned(container);
    const inner = enforce(async function inner() { await new Promise(() => undefined); }, { container, timeoutMs: 10 });
    const outer = enforce(async function outer() { await inner(); }, { container, timeoutMs: 1_000 });
    const pending = caughtAsync(() => outer());
    await tick();
    clock.advance(10);

    expect(await pending).toMatchObject({ code: 'TIMEOUT', toolName: 'inner' });
    expect(auditor.calls.map(({ tool_name, outcome }) => [tool_name, outcome])).toEqual([['inner', 'timeout_unknown'], ['outer', 'tool_error']]);
  });
});

describe('D-30: waiting does not count against the limit', () => {
  it('twelve concurrent 50 ms tools pass an 80 ms limit', async () => {
    const { container, auditor } = lab({ resource_limits: { max_call_duration_seconds: 0.08 } });
    const slow = enforce(async function slow(n: number) { await tick(50); return n; }, { container });

    await expect(Promise.all(Array.from({ length: 12 }, (_x, i) => slow(i)))).resolves.toHaveLength(12);
    expect(auditor.calls.every((entry) => entry.outcome === 'ok')).toBe(true);
  });
});

describe('limits that are no numbers', () => {
  it.each([Number.NaN, Infinity, 3e9, -1])('timeoutMs %p is refused, or never loosens the policy nor kills a fast call', async (timeoutMs) => {
    const { container } = lab({ resource_limits: { max_call_duration_seconds: 0.05 } });
    const made = caught(() => enforce(function probe() { return 1; }, { container, timeoutMs }));
    if (made !== undefined) {
      expect(isTyped(made)).toBe(true);
      return;
    }
    const hang = enforce(async function hang() { await tick(400); return 'late'; }, { container, timeoutMs });
    expect(await caughtAsync(() => hang())).toMatchObject({ code: 'TIMEOUT' });
  });

  it.each([Infinity, 3e9])('a timeoutMs of %p beyond what timers can hold does not fire at once', async (timeoutMs) => {
    const { container } = lab();
    const made = caught(() => enforce(function probe() { return 1; }, { container, timeoutMs }));
    if (made !== undefined) {
      expect(isTyped(made)).toBe(true);
      return;
    }
    const sync = enforce(function sync() { return 1; }, { container, timeoutMs });
    const later = enforce(async function later() { await tick(20); return 1; }, { container, timeoutMs });
    expect(sync()).toBe(1);
    await expect(later()).resolves.toBe(1);
  });
});

/** Node 24 took the way out of an async scope away: see docs/security/threat-model.md. */
const leavesScopes = Number(process.versions.node.split('.')[0]) < 24;

describe('D-28: a kill inside somebody’s async resource', () => {
  (leavesScopes ? it : it.skip)(`does not take the process down${leavesScopes ? '' : ' (skipped: this Node has no way to leave an async scope)'}`, () => {
    const out = runChild(`
      import { AsyncResource } from 'node:async_hooks';
      import { createContainer, enforce, Policy } from '../../src/index.ts';
      const container = createContainer({ policy: Policy.from({ name: 'x', rules: { resource_limits: { max_call_duration_seconds: 0.03 } } }), environment: {}, settings: { auditEnabled: false } });
      const listener = AsyncResource.bind(() => { for (;;); });
      const tool = enforce(function tool() { listener(); }, { container });
      setTimeout(() => { try { tool(); } catch {} }, 1);
      setTimeout(() => console.log('alive'), 150);`);

    expect(out).toContain('alive');
  });
});
