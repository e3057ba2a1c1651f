import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CancelledError,
  enforce,
  Enforcer,
  Executor,
  InlineExecutor,
  InvalidOutputError,
  KillSwitch,
  ResourceLimitError,
  runInContainer,
  SandboxError,
  SandboxMemoryError,
  SandboxTimeoutError,
  SandboxViolationError,
  SystemClock,
} from '../src/index.js';
import { Environment } from '../src/settings/environment.js';
import { errorOf, houseWith, removeTempFolders, tempFolder } from './kit.js';
import type { SandboxExecutor } from '../src/sandbox/sandbox-executor.js';
import { closeHouses, fixture, movedTools, sandboxHouse, type StreamTool, type Tool } from './sandbox.test.kit.js';

let tools: Readonly<Record<string, Tool>>;
let streams: Readonly<Record<string, StreamTool>>;

function tool(name: string): Tool {
  const found = tools[name];
  if (found === undefined) throw new TypeError(`no fixture ${name}`);
  return found;
}

function stream(name: string): StreamTool {
  const found = streams[name];
  if (found === undefined) throw new TypeError(`no fixture ${name}`);
  return found;
}

beforeAll(async () => {
  tools = { ...(await fixture<Record<string, Tool>>('tools.mjs')), ...(await movedTools<Record<string, Tool>>()) };
  streams = await movedTools();
});

afterAll(async () => {
  await closeHouses();
  removeTempFolders();
});

describe('a tool in a worker', () => {
  it('runs in another thread, without the environment, the globals or the start data of the parent', async () => {
    const { inside, auditor } = sandboxHouse();

    const seen = (await inside(() => tool('inside')())) as Record<string, unknown>;

    expect(seen).toMatchObject({ isMainThread: false, env: {}, given: [], secret: undefined });
    expect(auditor.calls).toHaveLength(1);
    expect(auditor.calls[0]).toMatchObject({ tool_name: 'inside', decision: 'allowed', outcome: 'ok', sandbox: 'worker' });
  });

  it('gets the environment variables that the policy allows, and no other', async () => {
    const { container } = houseWith({ sandbox: { strategy: 'worker', allowed_env_vars: ['KNOWN', 'NOT_THERE'] } });
    container.rebind(Environment).toConstantValue({ KNOWN: 'yes', OTHER: 'no' });

    const seen = await runInContainer(container, () => tool('inside')());
    await container.close();

    expect(seen).toMatchObject({ env: { KNOWN: 'yes' } });
    expect(Object.keys((seen as { env: object }).env)).toEqual(['KNOWN']);
  });

  it('takes and gives data of every kind', async () => {
    const { inside } = sandboxHouse();
    const given = { n: null, u: undefined, nan: Number.NaN, zero: -0, big: -(2n ** 70n), date: new Date(5), list: [1, undefined, 3], map: new Map([[{ k: 1 }, new Set(['v'])]]), bytes: new Uint8Array([1, 2]), $: 'tag-like' };

    const back = (await inside(() => tool('echo')(given))) as typeof given;
    const kinds = (await inside(() => tool('kinds')())) as Map<string, unknown>;

    expect(back).toEqual(given);
    expect(Object.is(back.zero, -0)).toBe(true);
    expect(kinds.get('url')).toEqual(new URL('https://a.example/b'));
    expect(Buffer.isBuffer(kinds.get('bytes'))).toBe(true);
    expect(kinds.get('floats')).toEqual(new Float64Array([Number.NaN, -0]));
  });

  it('knows its call', async () => {
    const { container, auditor } = sandboxHouse();
    const site = enforce(tool('facts'), { tool: 'outer' });

    const facts = await runInContainer(container, () => site({ a: 1 }));

    expect(facts).toMatchObject({ tool: 'facts', depth: 2, input: { a: 1 } });
    expect(auditor.calls.map((entry) => entry.call_id)).toContain((facts as { id: string }).id);
  });

  it('throws across the wall what it throws inside, as data', async () => {
    const { inside, auditor } = sandboxHouse();

    const error = (await errorOf(() => inside(() => tool('fails')()))) as RangeError & { code: string; detail?: unknown };
    const text = await errorOf(() => inside(() => tool('throwsText')()));

    expect(error).toMatchObject({ name: 'RangeError', message: 'out of range', code: 'E_RANGE' });
    expect(error).toBeInstanceOf(Error);
    expect(error.detail).toBeUndefined();
    expect(text).toBe('text');
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['tool_error', 'tool_error']);
  });

  it('is given cleaned arguments, and its result is cleaned', async () => {
    const { inside } = sandboxHouse({ pii_redaction: { enabled: true, categories: ['email'] } });

    const back = await inside(() => tool('echo')('write to ann@corp.example'));

    expect(back).not.toContain('ann@corp.example');
  });

  it.each(['function', 'symbol', 'proxy', 'promise', 'accessor', 'shared', 'iterator', 'circle'])('has a result withheld that holds a %s', async (what) => {
    const { inside, auditor } = sandboxHouse();

    const error = await errorOf(() => inside(() => tool('gives')(what)));

    expect(error).toBeInstanceOf(InvalidOutputError);
    expect(auditor.calls).toHaveLength(1);
  });

  it('has a result withheld that is larger than the policy lets cross', async () => {
    const { inside, auditor } = sandboxHouse({ sandbox: { strategy: 'worker', max_result_bytes: 1_000 } });

    const fits = await inside(() => tool('big')(500));
    const error = await errorOf(() => inside(() => tool('big')(2_000)));

    expect(fits).toHaveLength(500);
    expect(error).toBeInstanceOf(SandboxViolationError);
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['ok', 'enforcement_error']);
  });

  it('returns no key that would pollute a program which merges results without looking', async () => {
    const { inside, auditor } = sandboxHouse();

    const error = await errorOf(() => inside(() => tool('pollutes')()));

    expect(error).toMatchObject({ code: 'OUTPUT_INVALID', message: expect.stringContaining('__proto__') });
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['enforcement_error']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('makes no enforced calls of its own: there is no trail inside', async () => {
    const { inside, auditor } = sandboxHouse();

    const error = await errorOf(() => inside(() => tool('calls')()));

    expect(error).toMatchObject({ message: expect.stringContaining('makes no enforced calls') });
    expect(auditor.calls.map(({ tool_name: name }) => name)).toEqual(['calls']);
  });

  it('runs beside another, each in a worker of its own', async () => {
    const { inside, executor } = sandboxHouse();

    const [a, b] = await inside(() => Promise.all([tool('sleeps')(5), tool('sleeps')(6)]));

    expect([a, b]).toEqual([5, 6]);
    expect(executor.children.worker).toMatchObject({ busy: 0, waiting: 0 });
  });

  it('leaves no worker and no listener behind in 200 calls, half of them at once', async () => {
    const { container } = houseWith();
    const executor = container.get(Executor) as SandboxExecutor; // the default one
    const echo = (i: number): Promise<unknown> => runInContainer(container, () => tool('sleeps')(i % 2));
    const listeners = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
    const before = listeners();

    for (let i = 0; i < 100; i += 1) await echo(i);
    const warm = executor.children.worker;
    await Promise.all(Array.from({ length: 100 }, (_, i) => echo(i)));
    const after = executor.children.worker;
    await container.close();

    expect(warm).toEqual({ busy: 0, idle: 1, waiting: 0 });
    expect(after).toMatchObject({ busy: 0, waiting: 0 });
    expect(executor.children.worker).toEqual({ busy: 0, idle: 0, waiting: 0 });
    expect(listeners()).toBe(before);
  });
});

describe('a tool that does not end', () => {
  it.each(['loops', 'loopsLater', 'microtasks', 'waits'])('is ended at its deadline: %s (D-38)', async (name) => {
    const { inside, auditor, executor } = sandboxHouse({ resource_limits: { max_call_duration_seconds: 0.05 } });

    const error = await errorOf(() => inside(() => tool(name)()));

    expect(error).toBeInstanceOf(ResourceLimitError);
    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(auditor.calls).toHaveLength(1);
    expect(auditor.calls[0]).toMatchObject({ outcome: 'timeout_killed', sandbox: 'worker' });
    expect(executor.children.worker?.busy).toBe(0);
  });

  it('is ended when its caller gives up (D-38)', async () => {
    const { container, auditor, inside } = sandboxHouse();
    await inside(() => tool('sleeps')(0));
    const giveUp = new AbortController();
    const enforcer = new Enforcer(undefined, { container });

    const pending = errorOf(() => enforcer.run(tool('loops'), { tool: 'outer', signal: giveUp.signal }));
    setTimeout(() => {
      giveUp.abort();
    }, 100);
    const error = await pending;

    await settled(() => auditor.calls.some(({ tool_name: name }) => name === 'loops'));

    expect(error).toBeInstanceOf(CancelledError);
    expect(auditor.calls.find(({ tool_name: name }) => name === 'loops')).toMatchObject({ outcome: 'cancelled' });
  });

  it('is ended by the kill switch', async () => {
    const { container, auditor } = houseWith();
    await runInContainer(container, () => tool('sleeps')(0));

    const pending = errorOf(() => runInContainer(container, () => tool('loops')()));
    setTimeout(() => {
      container.get(KillSwitch).trip('a test');
    }, 100);
    const error = await pending;
    await container.close();

    expect(error).toMatchObject({ code: 'KILL_SWITCH' });
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['ok', 'cancelled']);
  });

  it('hears of it, and has a moment to put things right', async () => {
    const { inside, auditor } = sandboxHouse({ resource_limits: { max_call_duration_seconds: 0.05 } });
    const file = join(tempFolder(), 'tidied');

    const error = await errorOf(() => inside(() => tool('untilAborted')(file)));

    expect(error).toBeInstanceOf(ResourceLimitError);
    expect(readFileSync(file, 'utf8')).toBe('the call is out of time');
    expect(auditor.calls[0]).toMatchObject({ outcome: 'timeout_killed' });
  });

  it('is ended when its processor time is used up', async () => {
    const { inside, auditor } = sandboxHouse({ sandbox: { strategy: 'worker', max_cpu_seconds: 0.05 } });

    const slept = await inside(() => tool('sleeps')(120));
    const error = await errorOf(() => inside(() => tool('loopsLater')()));

    expect(slept).toBe(120);
    expect(error).toBeInstanceOf(SandboxTimeoutError);
    expect(auditor.calls[1]).toMatchObject({ outcome: 'timeout_killed' });
  });
});

describe('a tool that breaks', () => {
  it('out of memory is an error of its own, and the process goes on (D-31)', async () => {
    const { inside, auditor } = sandboxHouse({ sandbox: { strategy: 'worker', max_memory_mb: 24 } });

    const error = await errorOf(() => inside(() => tool('eats')()));
    const next = await inside(() => tool('echo')('still here'));

    expect(error).toBeInstanceOf(SandboxMemoryError);
    expect(error).toMatchObject({ limitMb: 24 });
    expect(next).toBe('still here');
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['enforcement_error', 'ok']);
  });

  it.each(['exits', 'throwsLater'])('%s ends in a typed error and one entry (D-37)', async (name) => {
    const { inside, auditor } = sandboxHouse();

    const error = await errorOf(() => inside(() => tool(name)()));
    const next = await inside(() => tool('echo')('next'));

    expect(error).toBeInstanceOf(SandboxError);
    expect(next).toBe('next');
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['enforcement_error', 'ok']);
  });

  it('is ended when it speaks to the parent by itself, and what it said is not the result (D-34)', async () => {
    const { inside, auditor } = sandboxHouse();

    const error = await errorOf(() => inside(() => tool('speaksUp')()));

    expect(error).toBeInstanceOf(SandboxViolationError);
    expect(auditor.calls).toHaveLength(1);
    expect(auditor.calls[0]).toMatchObject({ outcome: 'enforcement_error' });
  });

  it('that cannot be found is refused with what was found', async () => {
    const { inside, auditor } = sandboxHouse();

    const missing = await errorOf(() => inside(() => tool('missing')()));
    const noModule = await errorOf(() => inside(() => tool('missingModule')()));

    expect(missing).toMatchObject({ code: 'SANDBOX', message: expect.stringContaining('noSuchExport') });
    expect(noModule).toMatchObject({ code: 'SANDBOX', message: expect.stringContaining('ERR_MODULE_NOT_FOUND') });
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['enforcement_error', 'enforcement_error']);
  });
});

describe('a policy that demands a worker', () => {
  const rules = { sandbox: { strategy: 'worker' } };

  it('moves a tool that says where it is found (D-35)', async () => {
    const { inside } = sandboxHouse(rules);

    const isMainThread = await inside(() => tool('movable')());

    expect(isMainThread).toBe(false);
  });

  it('leaves the same tool inside without it', async () => {
    const { inside, auditor } = sandboxHouse();

    const isMainThread = await inside(() => tool('movable')());

    expect(isMainThread).toBe(true);
    expect(auditor.calls[0]?.sandbox).toBe('inline');
  });

  it.each(['unmovable', 'synchronous'])('refuses a tool that does not: %s', async (name) => {
    const { inside, auditor } = sandboxHouse(rules);

    const error = await errorOf(() => inside(() => tool(name)()));

    expect(error).toMatchObject({ code: 'SANDBOX', message: expect.stringContaining('import.meta.url') });
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['enforcement_error']);
  });

  it('is refused by an executor without one', async () => {
    const { container } = houseWith(rules);
    container.rebind(Executor).toConstantValue(new InlineExecutor(new SystemClock()));

    const error = await errorOf(() => runInContainer(container, () => tool('movable')()));

    expect(error).toMatchObject({ code: 'SANDBOX' });
  });

  it('refuses a tool that its code wants in a worker, under a limit that no thread can be held to', async () => {
    const { inside, auditor } = sandboxHouse({ sandbox: { strategy: 'inline', read_paths: ['/tmp'] } });

    const error = await errorOf(() => inside(() => tool('sleeps')(0)));

    expect(error).toMatchObject({ code: 'SANDBOX', message: expect.stringContaining('read_paths') });
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['enforcement_error']);
  });

  it('takes no weaker level than the code asks for', async () => {
    const { inside } = sandboxHouse({ sandbox: { strategy: 'inline' } });

    const seen = await inside(() => tool('inside')());

    expect(seen).toMatchObject({ isMainThread: false });
  });
});

describe('the network of a tool in a worker', () => {
  it('is held to the policy by the guard inside, and refusals that it swallows are in the record', async () => {
    const { inside, auditor } = sandboxHouse({ network: { allowed_domains: ['api.example'] } });

    const said = await inside(() => tool('connects')(59_999));

    expect(said).toContain('swallowed');
    expect(auditor.calls).toHaveLength(1);
    expect(auditor.calls[0]).toMatchObject({ sandbox: 'worker', outcome: 'ok', violations: [{ type: 'domain_denied', action: 'block' }] });
  });
});

describe('a stream from a worker', () => {
  it('gives its items and its end', async () => {
    const { inside, auditor, executor } = sandboxHouse();
    const items: unknown[] = [];

    const counted = inside(() => stream('count')(3));
    for (let step = await counted.next(); ; step = await counted.next()) {
      items.push(step.value);
      if (step.done === true) break;
    }

    expect(items).toMatchObject([{ i: 0 }, { i: 1 }, { i: 2 }, 'counted']);
    expect(auditor.calls).toHaveLength(1);
    expect(auditor.calls[0]).toMatchObject({ outcome: 'ok', sandbox: 'worker' });
    expect(executor.children.worker?.busy).toBe(0);
  });

  it('is not made before it is read', async () => {
    const { inside } = sandboxHouse();
    const counted = inside(() => stream('count')(1_000));

    const first = (await counted.next()).value as { made: number };
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    const second = (await counted.next()).value as { made: number };
    await counted.return(undefined);

    expect(second.made).toBe(first.made + 1);
  });

  it('hears what its reader says', async () => {
    const { inside } = sandboxHouse();
    const answers = inside(() => stream('answers')());

    const first = await answers.next();
    const second = await answers.next({ said: 'this' });
    await answers.return(undefined);

    expect([first.value, second.value]).toEqual(['first', 'got [object Object]']);
  });

  it('closes what it opened when its reader leaves early', async () => {
    const { inside, auditor, executor } = sandboxHouse();
    const file = join(tempFolder(), 'left');

    for await (const item of inside(() => stream('leaves')(file))) if (item === 2) break;
    await settled(() => executor.children.worker?.busy === 0);

    expect(readFileSync(file, 'utf8')).toBe('left');
    expect(auditor.calls[0]).toMatchObject({ outcome: 'cancelled' });
  });

  it('fails as it fails inside', async () => {
    const { inside, auditor } = sandboxHouse();

    const error = await errorOf(() => inside(async () => await drained(stream('count')(2, true))));

    expect(error).toMatchObject({ name: 'RangeError', message: 'after the last' });
    expect(auditor.calls[0]).toMatchObject({ outcome: 'tool_error' });
  });

  it('is ended when it takes longer than it may, with the reader\'s time left out', async () => {
    const { inside, auditor } = sandboxHouse({ resource_limits: { max_call_duration_seconds: 0.6 } });
    const slowly = inside(() => stream('slow')());
    const items: unknown[] = [];

    for await (const item of slowly) {
      items.push(item);
      await new Promise((resolve) => {
        setTimeout(resolve, 250);
      });
    }
    const error = await errorOf(() => inside(async () => await drained(stream('stalls')())));

    expect(items).toEqual([0, 1, 2]);
    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['ok', 'timeout_killed']);
  });

  it('that dies midway ends in a typed error and one entry', async () => {
    const { inside, auditor } = sandboxHouse();

    const error = await errorOf(() => inside(async () => await drained(stream('diesMidway')())));

    expect(error).toBeInstanceOf(SandboxError);
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['enforcement_error']);
  });

  it('stays the kind of stream that it is', async () => {
    const { inside, executor } = sandboxHouse();

    const web = (await inside(() => tool('web')())) as ReadableStream;
    const node = (await inside(() => tool('node')())) as AsyncIterable<unknown>;
    const read = [await drained(web), await drained(node)];
    await settled(() => executor.children.worker?.busy === 0);

    expect(web).toBeInstanceOf(ReadableStream);
    expect(read).toEqual([['one', 'two'], ['one', 'two']]);
  });

  it('is cleaned on its way out', async () => {
    const { inside } = sandboxHouse({ max_output_size_bytes: 100 });

    const error = await errorOf(() => inside(async () => await drained(stream('count')(50))));

    expect(error).toMatchObject({ code: 'OUTPUT_SIZE' });
  });
});

async function drained(items: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What comes a moment later, without anything to wait for by name. */
async function settled(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  expect(holds()).toBe(true);
}
