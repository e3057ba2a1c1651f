import { afterAll, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  Auditor, Clock, currentCall, enforce, enforceStream, Enforcer, Guard, KillSwitch, createContainer, Stage, type EnforceContainer, writeSwitchFile,
} from '../src/index.js';
import { FakeClock, MemoryAuditor } from '../src/testing/index.js';
import { errorOf, houseWith, removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

const killed = { code: 'KILL_SWITCH', violationType: 'kill_switch', name: 'ResourceLimitError' };

/** A tool that waits until it is let go, and tells its signal. */
function waiting(container: EnforceContainer, options: { tool?: string; asks?: boolean } = {}) {
  const started: { signal: AbortSignal | undefined; goOn: () => void }[] = [];
  const tool = enforce(
    async function waits(_n?: number) {
      const signal = options.asks === false ? undefined : currentCall()?.signal;
      await new Promise<void>((goOn) => started.push({ signal, goOn }));
      return 'done';
    },
    { container, tool: options.tool ?? 'waits' },
  );
  return { tool, started };
}

const settled = (): Promise<void> => new Promise((done) => void setImmediate(done));

describe('a trip ends running calls', () => {
  it('aborts the signal, ends the call as cancelled and withholds its result', async () => {
    const { container, auditor } = houseWith();
    const { tool, started } = waiting(container);
    const pending = errorOf(() => tool());
    container.get(KillSwitch).trip('an incident');

    expect(await pending).toMatchObject({ ...killed, reason: 'the kill switch is tripped: an incident', toolName: 'waits' });
    expect(started[0]?.signal?.aborted).toBe(true);
    expect(started[0]?.signal?.reason).toMatchObject(killed);
    expect(auditor.calls).toMatchObject([{
      outcome: 'cancelled', decision: 'blocked', violation_type: 'kill_switch', result_digest: null, violations: [{ rule: 'kill switch', type: 'kill_switch', action: 'block' }],
    }]);
  });

  it('gives an aborted signal to a tool that asks for it only then', async () => {
    const { container } = houseWith();
    const seen: boolean[] = [];
    const tool = enforce(async function late() {
      const call = currentCall();
      await settled();
      seen.push(call?.signal.aborted === true);
    }, { container });
    const pending = errorOf(() => tool());
    container.get(KillSwitch).trip('x');
    await pending;
    await settled();

    expect(seen).toEqual([true]);
  });

  it('of those only whom it concerns', async () => {
    const { container } = houseWith();
    const { tool, started } = waiting(container);
    const enforcer = new Enforcer(undefined, { container });
    const acme = errorOf(() => enforcer.run(tool, { tool: 'outer', tenant: 'acme' }));
    const other = enforcer.run(tool, { tool: 'outer', tenant: 'other' });
    await settled();
    container.get(KillSwitch).trip('x', { scope: { of: 'tenant', name: 'acme' } });
    for (const { goOn } of started) goOn();

    expect(await acme).toMatchObject({ ...killed, reason: 'the kill switch is tripped for tenant "acme": x' });
    expect(await other).toBe('done');
  });

  it('ends the calls inside a call with it, and tells each by its own name', async () => {
    const { container, auditor } = houseWith();
    const { tool } = waiting(container, { tool: 'inner' });
    const outer = enforce(async function outer() { return await tool(); }, { container });
    const pending = errorOf(() => outer());
    container.get(KillSwitch).trip('x', { scope: { of: 'tool', name: 'outer' } });
    await pending;
    await settled();

    expect(auditor.calls.map(({ tool_name, outcome }) => [tool_name, outcome]).sort()).toEqual([['inner', 'cancelled'], ['outer', 'cancelled']]);
    expect(auditor.calls.every(({ violation_type }) => violation_type === 'kill_switch')).toBe(true);
  });

  it('does not let what a killed call left running make further calls for nobody', async () => {
    const { container } = houseWith();
    const enforcer = new Enforcer(undefined, { container });
    const ping = enforce(function ping() { return 'pong'; }, { container });
    let goOn = (): void => undefined;
    const leftOver: unknown[] = [];
    const tool = async (): Promise<void> => {
      await new Promise<void>((go) => { goOn = go; });
      leftOver.push(await errorOf(() => ping()));
    };
    const pending = errorOf(() => enforcer.run(tool, { tool: 'tool', tenant: 'acme' }));
    await settled();
    container.get(KillSwitch).trip('x', { scope: { of: 'tenant', name: 'acme' } });
    await pending;
    goOn();
    await settled();

    expect(leftOver).toMatchObject([killed]);
    expect(ping()).toBe('pong');
  });

  it('does not let it go on when another trip of the scope has taken the place of the first', async () => {
    const { container } = houseWith();
    const enforcer = new Enforcer(undefined, { container });
    const ping = enforce(function ping() { return 'pong'; }, { container });
    let goOn = (): void => undefined;
    const leftOver: unknown[] = [];
    const tool = async (): Promise<void> => {
      await new Promise<void>((go) => { goOn = go; });
      leftOver.push(await errorOf(() => ping()));
    };
    const pending = errorOf(() => enforcer.run(tool, { tool: 'tool', tenant: 'acme' }));
    await settled();
    for (const reason of ['one', 'two']) container.get(KillSwitch).trip(reason, { scope: { of: 'tenant', name: 'acme' } });
    await pending;
    goOn();
    await settled();

    expect(leftOver).toMatchObject([killed]);
  });

  it('ends a call that waits for a service before its tool ran, and blocks it', async () => {
    const { container, auditor } = houseWith();
    container.rebind(Guard).toConstantValue({ reserve: () => new Promise(() => undefined) });
    let ran = false;
    const tool = enforce(async function tool() { ran = true; return await Promise.resolve(1); }, { container });
    const pending = errorOf(() => tool());
    container.get(KillSwitch).trip('x');

    expect(await pending).toMatchObject(killed);
    expect(ran).toBe(false);
    expect(auditor.calls).toMatchObject([{ outcome: 'blocked', decision: 'blocked', violation_type: 'kill_switch' }]);
  });

  it('ends a plain function whose promise is waited for, and code between open and complete', async () => {
    const { container, auditor } = houseWith();
    const plain = enforce(function plain() { return new Promise(() => undefined); }, { container });
    const first = errorOf(() => plain());
    const scope = await new Enforcer(undefined, { container }).open({ tool: 'scope' });
    container.get(KillSwitch).trip('x');

    expect(await first).toMatchObject(killed);
    expect(await errorOf(() => scope.complete(1))).toMatchObject(killed);
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']);
  });

  it('also of a policy that only monitors', async () => {
    const { container } = houseWith({}, {}, { mode: 'monitor' });
    const { tool } = waiting(container);
    const pending = errorOf(() => tool());
    container.get(KillSwitch).trip('x');

    expect(await pending).toMatchObject(killed);
    expect(await errorOf(() => tool())).toMatchObject(killed);
  });

  it('ends a call that waits for a slot, and leaves the slot to the next one', async () => {
    const { container, auditor } = houseWith({ concurrency: { max_calls: 1, max_waiting: 5 } });
    const { tool, started } = waiting(container);
    const enforcer = new Enforcer(undefined, { container });
    const first = tool();
    const second = errorOf(() => enforcer.run(tool, { tool: 'other', tenant: 'acme' }));
    await settled();
    container.get(KillSwitch).trip('x', { scope: { of: 'tenant', name: 'acme' } });
    started[0]?.goOn();

    expect(await second).toMatchObject(killed);
    expect(await first).toBe('done');
    expect(auditor.calls.map(({ tool_name, outcome }) => [tool_name, outcome]).sort()).toEqual([['other', 'blocked'], ['waits', 'ok']]);
    const third = tool();
    await settled();
    started[1]?.goOn();
    expect(await third).toBe('done');
  });

  it('ends a stream of enforceStream', async () => {
    const { container } = houseWith();
    const stream = enforceStream((async function* source() { yield 'one '; await new Promise(() => undefined); })(), { container, tool: 'reply' });
    const chunks = stream[Symbol.asyncIterator]();
    const pending = errorOf(async () => { for (;;) if ((await chunks.next()).done === true) return; });
    await settled();
    container.get(KillSwitch).trip('x');

    expect(await pending).toMatchObject(killed);
  });

  it('leaves alone what fails by itself at the same time', async () => {
    const { container, auditor } = houseWith();
    const tool = enforce(async function tool() { await Promise.resolve(); throw new Error('mine'); }, { container });
    const pending = errorOf(() => tool());
    await pending;
    container.get(KillSwitch).trip('x');

    expect(auditor.calls).toMatchObject([{ outcome: 'tool_error', violation_type: null }]);
  });
});

describe('a trip ends streams', () => {
  it('while the consumer waits for the next item', async () => {
    const { container, auditor } = houseWith();
    const tool = enforce(async function* tool() { yield 'one'; await new Promise(() => undefined); yield 'two'; }, { container });
    const stream = tool();
    const first = await stream.next();
    const second = errorOf(() => stream.next());
    await settled();
    container.get(KillSwitch).trip('x');

    expect(first.value).toBe('one');
    expect(await second).toMatchObject(killed);
    expect(auditor.calls).toMatchObject([{ outcome: 'cancelled', decision: 'blocked', violation_type: 'kill_switch' }]);
  });

  it('while nobody reads: the source is closed at once, and the reader is told', async () => {
    const { container, auditor } = houseWith();
    let closed = false;
    const tool = enforce(async function* tool() { try { yield 'one'; yield 'two'; } finally { closed = await Promise.resolve(true); } }, { container });
    const stream = tool();
    await stream.next();
    container.get(KillSwitch).trip('x');
    await settled();

    expect(closed).toBe(true);
    expect(await errorOf(() => stream.next())).toMatchObject(killed);
    expect(auditor.calls).toMatchObject([{ outcome: 'cancelled', violation_type: 'kill_switch' }]);
  });

  it('of an iterator between two items', () => {
    const { container, auditor } = houseWith();
    const tool = enforce(function* tool() { yield 1; yield 2; }, { container });
    const items = tool();
    items.next();
    container.get(KillSwitch).trip('x');

    expect(() => items.next()).toThrow('the kill switch is tripped');
    expect(auditor.calls).toMatchObject([{ outcome: 'cancelled', decision: 'blocked', violation_type: 'kill_switch' }]);
  });

  it.each([true, false])('between two chunks of one read (async: %s)', async (isAsync) => {
    const { container } = houseWith();
    container.bind(Stage).toConstantValue({ room: 'redact', name: 'three', follow: () => ({ push: (chunk: unknown) => [1, 2, 3].map((n) => `${String(chunk)}${String(n)}`), end: () => [] }) });
    const stream = isAsync
      ? enforce(async function* tool() { yield await Promise.resolve('a'); }, { container })()
      : enforce(function* tool() { yield 'a'; }, { container })();
    const first = await stream.next();
    container.get(KillSwitch).trip('x');

    expect(first.value).toBe('a1');
    expect(await errorOf(() => stream.next())).toMatchObject(killed);
    expect((await stream.next()).done).toBe(true);
  });

  it.each([true, false])('while nobody reads, and gives back what they hold (async: %s)', async (isAsync) => {
    const { container, auditor } = houseWith({ concurrency: { max_calls: 1 } });
    const stream = isAsync
      ? enforce(async function* tool() { yield await Promise.resolve(1); yield 2; }, { container })()
      : enforce(function* tool() { yield 1; yield 2; }, { container })();
    await stream.next();
    container.get(KillSwitch).trip('x');
    await settled();
    container.get(KillSwitch).reset();

    expect(auditor.calls).toMatchObject([{ outcome: 'cancelled', violation_type: 'kill_switch' }]);
    expect(enforce(function next() { return 'ran'; }, { container })()).toBe('ran');
    expect(await errorOf(() => stream.next())).toMatchObject(killed);
    expect(auditor.calls).toHaveLength(2);
  });

  it.each(['web', 'node'] as const)('of the kind %s', async (kind) => {
    const { container } = houseWith();
    const source = async function* source() { yield 'one'; await new Promise(() => undefined); };
    const tool = enforce(function tool() { return kind === 'web' ? ReadableStream.from(source()) : Readable.from(source()); }, { container });
    const reader = (tool() as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await reader.next();
    const second = errorOf(() => reader.next());
    await settled();
    container.get(KillSwitch).trip('x');

    expect(await second).toMatchObject(killed);
  });
});

describe('a trip that comes where nobody can be told', () => {
  it.each<[string, (killSwitch: KillSwitch, container: EnforceContainer) => unknown]>([
    ['of a synchronous tool', (killSwitch, container) => enforce(function tool() { killSwitch.trip('x'); return 'result'; }, { container })()],
    ['of an asynchronous tool, before it waits', (killSwitch, container) => enforce(async function tool() { killSwitch.trip('x'); return await Promise.resolve('result'); }, { container })()],
    ['of an asynchronous tool, which never ends', (killSwitch, container) => enforce(async function tool() { killSwitch.trip('x'); return await new Promise(() => undefined); }, { container })()],
    ['of a plain function that returns a stream', (killSwitch, container) => enforce(function tool() { killSwitch.trip('x'); return ReadableStream.from(['result']); }, { container })()],
  ])('in the code %s withholds the result', async (_whose, run) => {
    const { container, auditor } = houseWith();

    expect(await errorOf(() => run(container.get(KillSwitch), container))).toMatchObject(killed);
    expect(auditor.calls).toMatchObject([{ outcome: 'cancelled', decision: 'blocked', violation_type: 'kill_switch', result_digest: null }]);
  });

  it.each([false, true])('in a room before the tool keeps it from running (async: %s)', async (isAsync) => {
    const { container, auditor } = houseWith();
    const enter = (): void => { container.get(KillSwitch).trip('x'); };
    container.bind(Stage).toConstantValue({ room: 'inspect', name: 'tripper', enter: isAsync ? async () => { enter(); await Promise.resolve(); } : enter });
    let ran = false;
    const tool = enforce(async function tool() { ran = true; return await Promise.resolve(1); }, { container });

    expect(await errorOf(() => tool())).toMatchObject(killed);
    expect(ran).toBe(false);
    expect(auditor.calls).toMatchObject([{ outcome: 'blocked', decision: 'blocked', violation_type: 'kill_switch' }]);
  });

  it('in a room behind the tool withholds the result, and the entry says so', async () => {
    const { container, auditor } = houseWith();
    let goOn = (): void => undefined;
    container.bind(Stage).toConstantValue({ room: 'redact', name: 'slow', leave: () => new Promise<void>((go) => { goOn = go; }) });
    const pending = errorOf(() => enforce(async function tool() { return await Promise.resolve('result'); }, { container })());
    await settled();
    container.get(KillSwitch).trip('x');
    goOn();

    expect(await pending).toMatchObject(killed);
    expect(auditor.calls).toMatchObject([{ outcome: 'cancelled', decision: 'blocked', violation_type: 'kill_switch', result_digest: null }]);
  });

  it('while the entry is written withholds the result', async () => {
    const { container } = houseWith();
    let goOn = (): void => undefined;
    container.bind(Stage).toConstantValue({ room: 'notify', name: 'slow', leave: () => new Promise<void>((go) => { goOn = go; }) });
    const pending = errorOf(() => enforce(async function tool() { return await Promise.resolve('result'); }, { container })());
    await settled();
    container.get(KillSwitch).trip('x');
    goOn();

    expect(await pending).toMatchObject(killed);
  });

  it('of somebody else withholds nothing', () => {
    const { container } = houseWith();
    const tool = enforce(function tool() { container.get(KillSwitch).trip('x', { scope: { of: 'tool', name: 'other' } }); return 'result'; }, { container });

    expect(tool()).toBe('result');
  });

  it('on a switch that took the place of the one the call had passed ends the call', async () => {
    const { container } = houseWith();
    const { tool, started } = waiting(container);
    const pending = errorOf(() => tool());
    const other = new KillSwitch();
    container.rebind(KillSwitch).toConstantValue(other);
    other.trip('x');
    started[0]?.goOn();

    expect(await pending).toMatchObject(killed);
  });
});

describe('what a trip leaves behind', () => {
  it('is nothing: no call, listener or timer, after 10,000 calls that ended in every way', async () => {
    const { container } = houseWith({ resource_limits: { max_call_duration_seconds: 1 } }, { auditEnabled: false });
    const clock = new FakeClock();
    container.rebind(Clock).toConstantValue(clock);
    const outside = new AbortController();
    let listeners = 0;
    const { addEventListener: add, removeEventListener: remove } = outside.signal;
    outside.signal.addEventListener = (...args: Parameters<typeof add>) => { listeners += 1; add.apply(outside.signal, args); };
    outside.signal.removeEventListener = (...args: Parameters<typeof remove>) => { listeners -= 1; remove.apply(outside.signal, args); };
    const enforcer = new Enforcer(undefined, { container });
    const inner = enforce(async function inner() { await Promise.resolve(); return 1; }, { container });
    const ends: readonly ((...args: never[]) => unknown)[] = [
      async () => await inner(),
      async () => { await inner(); throw new Error('mine'); },
      async () => await new Promise(() => undefined),
      async function* () { yield await inner(); },
    ];
    const killSwitch = container.get(KillSwitch);
    for (let round = 0; round < 10; round += 1) {
      const calls = Array.from({ length: 1_000 }, async (_x, i) => {
        const result: unknown = await enforcer.run(ends[i % 4] ?? inner, { tool: `tool_${String(i % 7)}`, signal: outside.signal });
        if (i % 4 === 3) for await (const item of result as AsyncIterable<unknown>) expect(item).toBe(1);
      });
      await settled();
      if (round % 2 === 0) killSwitch.trip('x');
      else clock.advance(1_000);
      await Promise.allSettled(calls);
      killSwitch.reset();
    }
    await settled();

    expect(container.house.running.size).toBe(0);
    expect(clock.pending).toBe(0);
    expect(listeners).toBe(0);
  });

  it('is nothing of the call around many calls', async () => {
    const { container } = houseWith();
    const inner = enforce(async function inner() { await Promise.resolve(); }, { container });
    const sizes: unknown[] = [];
    const outer = enforce(async function outer() {
      for (let i = 0; i < 100; i += 1) await inner();
      sizes.push(container.house.running.size);
    }, { container });
    await outer();

    expect(sizes).toEqual([1]);
  });
});

describe('the trail of a switch', () => {
  it('has every turn of it, with who, when, why and whose calls', async () => {
    const { container, auditor } = houseWith();
    const killSwitch = container.get(KillSwitch);
    killSwitch.trip('spam\nsent', { scope: { of: 'tenant', name: 'acme' }, by: 'cli:ann', recoverAfterMs: 5, trialCalls: 2 });
    killSwitch.reset({ scope: { of: 'tenant', name: 'acme' }, by: 'bob', reason: 'fixed' });
    await settled();

    const entries = auditor.entries.filter(({ kind }) => (kind as string) === 'kill_switch');
    expect(entries).toMatchObject([
      { tenant_id: 'acme', detail: expect.stringMatching(/^kill switch was tripped for tenant "acme" by cli:ann at \d{4}-.*Z \(2 trial calls after 5 ms\): spam sent$/) },
      { tenant_id: 'acme', detail: expect.stringMatching(/^kill switch was reset for tenant "acme" by bob at .*: fixed$/) },
    ]);
  });

  it('has it also when nothing was called before', () => {
    const container = createContainer({ environment: {} });
    const auditor = new MemoryAuditor();
    container.rebind(Auditor).toConstantValue(auditor);
    container.get(KillSwitch).trip('early');

    expect(auditor.entries).toMatchObject([{ kind: 'kill_switch' }]);
  });

  it('does not keep the switch from being turned when it cannot be written', () => {
    const { container } = houseWith();
    container.rebind(Auditor).toConstantValue({ begin: () => undefined, record: () => { throw new Error('disk full'); } });
    container.get(KillSwitch).trip('x');

    expect(container.get(KillSwitch).isTripped).toBe(true);
  });

  it('stays tripped when services are exchanged', async () => {
    const { container } = houseWith();
    const tool = enforce(function tool() { return 1; }, { container });
    tool();
    container.get(KillSwitch).trip('x');
    container.rebind(Clock).toConstantValue(new FakeClock());
    container.rebind(Auditor).toConstantValue(new MemoryAuditor());

    expect(await errorOf(() => tool())).toMatchObject(killed);
  });
});

describe('what turns the switch from outside', () => {
  it('is listened to from the start, and not after the container is closed', async () => {
    const before = process.listenerCount('SIGUSR2');
    const { container, auditor } = houseWith({}, { killSwitchSignal: 'SIGUSR2' });
    const during = process.listenerCount('SIGUSR2');
    process.emit('SIGUSR2');
    const trips = container.get(KillSwitch).trips;
    await container.close();

    expect([during - before, process.listenerCount('SIGUSR2') - before]).toEqual([1, 0]);
    expect(trips).toMatchObject([{ by: 'signal:SIGUSR2', scope: { of: 'all' }, recoverAfterMs: undefined }]);
    expect(auditor.entries).toMatchObject([{ kind: 'kill_switch' }]);
  });

  it('is a file that cannot be read too: the first call is blocked', async () => {
    const path = join(tempFolder(), 'kill.json');
    writeFileSync(path, 'torn');
    const { container } = houseWith({}, { killSwitchFile: path });

    expect(await errorOf(() => enforce(function tool() { return 1; }, { container })())).toMatchObject(killed);
    await container.close();
  });

  it('is a file also for a switch that takes the place of another', async () => {
    const path = join(tempFolder(), 'kill.json');
    const elsewhere = new KillSwitch();
    elsewhere.trip('from the file');
    writeFileSync(path, writeSwitchFile(elsewhere.events));
    const { container } = houseWith({}, { killSwitchFile: path });
    const tool = enforce(function tool() { return 1; }, { container });
    await errorOf(() => tool());
    container.rebind(KillSwitch).toConstantValue(new KillSwitch());

    expect(await errorOf(() => tool())).toMatchObject(killed);
    await container.close();
  });

  it('turns nothing after the container is closed, and throws nothing of its own', async () => {
    const { container } = houseWith();
    const killSwitch = container.get(KillSwitch);
    await container.close();

    expect(() => killSwitch.trip('late', { recoverAfterMs: 5 })).not.toThrow();
  });

  it('stops what runs in each of two containers that share a switch', async () => {
    const shared = new KillSwitch();
    const calls = [houseWith(), houseWith()].map(({ container }) => {
      container.rebind(KillSwitch).toConstantValue(shared);
      const { tool } = waiting(container);
      return errorOf(() => tool());
    });
    shared.trip('x');

    expect(await Promise.all(calls)).toMatchObject([killed, killed]);
  });

  it('is no longer a switch that was replaced', async () => {
    const { container } = houseWith();
    const old = container.get(KillSwitch);
    container.rebind(KillSwitch).toConstantValue(new KillSwitch());
    const { tool, started } = waiting(container);
    const pending = tool();
    old.trip('x');
    started[0]?.goOn();

    expect(await pending).toBe('done');
  });
});

describe('half-open', () => {
  it('lets one call through, and all after it went well', async () => {
    const clock = new FakeClock();
    const { container, auditor } = houseWith();
    container.rebind(Clock).toConstantValue(clock);
    const { tool, started } = waiting(container);
    container.get(KillSwitch).trip('x', { recoverAfterMs: 1_000 });
    clock.advance(1_000);
    const trial = tool();
    const beside = await errorOf(() => tool());
    started[0]?.goOn();

    expect(await trial).toBe('done');
    expect(beside).toMatchObject(killed);
    const next = tool();
    await settled();
    started[1]?.goOn();
    expect(await next).toBe('done');
    expect(auditor.entries.filter(({ kind }) => (kind as string) === 'kill_switch').at(-1)).toMatchObject({ detail: expect.stringContaining('kill switch recovered for all calls') });
  });

  it.each<[string, (container: EnforceContainer) => unknown]>([
    ['throws', (container) => enforce(function bad() { throw new Error('mine'); }, { container })()],
    ['runs out of time', (container) => enforce(function bad() { for (;;); }, { container, timeoutMs: 5 })()],
    ['returns what cannot be let out', (container) => enforce(function bad() { return 'x'.repeat(100); }, { container })()],
  ])('trips again when the trial %s', async (_how, fail) => {
    const { container } = houseWith({ max_output_size_bytes: 50 });
    const killSwitch = container.get(KillSwitch);
    killSwitch.apply({ kind: 'tripped', trip: { id: 't', scope: { of: 'all' }, reason: 'x', by: 'rule:r', at: 0, recoverAfterMs: 10_000, trialCalls: 1 } });
    await errorOf(() => fail(container));

    expect(killSwitch.reason).toBe('a trial call did not go well; x');
    expect(await errorOf(() => enforce(function good() { return 1; }, { container })())).toMatchObject(killed);
  });
});

describe('a trial', () => {
  it.each<[string, object]>([
    ['rate', { rate_limits: { limits: [{ by: ['tenant'], max_calls: 1 }] } }],
    ['budget', { budgets: [{ by: ['tenant'], max_usd: 1 }] }],
  ])('that its own %s refuses counts for nothing, and the next one tries', async (_limit, rules) => {
    const clock = new FakeClock();
    const { container } = houseWith(rules);
    container.rebind(Clock).toConstantValue(clock);
    const enforcer = new Enforcer(undefined, { container });
    const run = (tenant: string): unknown => enforcer.runSync(() => 'ran', { tool: 't', tenant, cost: 0.8 });
    run('evil');
    container.get(KillSwitch).trip('x', { recoverAfterMs: 10 });
    clock.advance(10);

    expect(await errorOf(() => run('evil'))).not.toMatchObject(killed);
    expect(run('acme')).toBe('ran');
    expect(container.get(KillSwitch).trips).toEqual([]);
  });

  it('that goes badly is told to no other process', async () => {
    const clock = new FakeClock();
    const { container } = houseWith();
    container.rebind(Clock).toConstantValue(clock);
    const killSwitch = container.get(KillSwitch);
    killSwitch.trip('x', { recoverAfterMs: 10 });
    const told: [string, boolean][] = [];
    killSwitch.onChange((event, isOwn) => void told.push([event.kind, isOwn]));
    clock.advance(10);
    await errorOf(() => enforce(function bad() { throw new Error('mine'); }, { container })());

    expect(told).toEqual([['tripped', false]]);
  });
});
