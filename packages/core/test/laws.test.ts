import { afterAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  Auditor,
  createContainer,
  currentCall,
  enforce,
  Enforcer,
  Guard,
  HookRegistry,
  KillSwitch,
  Logger,
  Policy,
  PolicyEngine,
  Redactor,
  Stage,
  type Room,
} from '../src/index.js';
import { MemoryAuditor } from '../src/testing/index.js';
import { errorOf, houseWith, removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

const redacting = { pii_redaction: { categories: ['email'] } };

describe('L1: enforcement fails closed', () => {
  const before: readonly Room[] = ['guards', 'decide', 'reserve', 'redact', 'journal'];
  const behind: readonly Room[] = ['notify', 'record', 'decide', 'reserve', 'inspect', 'redact'];

  it.each(before)('an error on the way in through %s blocks the call', (room) => {
    const { container } = houseWith(redacting);
    container.bind(Stage).toConstantValue({
      room,
      enter() {
        throw new Error('broken');
      },
    });
    const body = jest.fn();

    expect(() => enforce(function tool() { body(); }, { container })()).toThrow(expect.objectContaining({ code: 'GUARD' }));
    expect(body).not.toHaveBeenCalled();
  });

  it.each(behind)('an error on the way out through %s withholds the result', (room) => {
    const { container } = houseWith(redacting);
    container.bind(Stage).toConstantValue({
      room,
      leave() {
        throw new Error('broken');
      },
    });

    expect(() => enforce(() => 'secret', { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'GUARD' }));
  });

  it.each([
    ['PolicyEngine', PolicyEngine, 'POLICY_EVALUATION'],
    ['Redactor', Redactor, 'REDACTION'],
    ['Guard', Guard, 'GUARD'],
    ['Auditor', Auditor, 'AUDIT'],
  ])('a %s that throws blocks the call', (_name, token, code) => {
    const { container } = houseWith(redacting);
    const broken = (): never => {
      throw new Error('broken service');
    };
    container.rebind<unknown>(token).toConstantValue({ decide: broken, redact: broken, reserve: broken, begin: broken, record: broken });
    const body = jest.fn();

    expect(() => enforce(function tool(_text: string) { body(); }, { container })('x')).toThrow(expect.objectContaining({ code }));
    expect(body).not.toHaveBeenCalled();
  });

  it('a call without a policy is blocked, and recorded', () => {
    const container = createContainer({ environment: {} });
    const auditor = new MemoryAuditor();
    container.rebind(Auditor).toConstantValue(auditor);
    const body = jest.fn();

    expect(() => enforce(function tool() { body(); }, { container })()).toThrow(expect.objectContaining({ code: 'POLICY_LOAD' }));
    expect(body).not.toHaveBeenCalled();
    expect(auditor.entries).toMatchObject([{ tool_name: 'tool', decision: 'blocked' }]);
  });

  it('failOpen passes over the record and nothing else', () => {
    const { container } = houseWith({ denied_tools: ['rm'] }, { failOpen: true, devMode: true });
    const auditor = { begin: () => { throw new Error('disk full'); }, record: () => { throw new Error('disk full'); } };
    container.rebind(Auditor).toConstantValue(auditor);
    const rm = jest.fn();

    expect(enforce(() => 'done', { container, tool: 'ls' })()).toBe('done');
    expect(() => enforce(() => rm(), { container, tool: 'rm' })()).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }));
    expect(rm).not.toHaveBeenCalled();
  });

  it('failOpen tells in the trail what it passed over, as soon as the trail can be written', () => {
    const { container, auditor } = houseWith({}, { failOpen: true, devMode: true });
    const tool = enforce(() => 'done', { container, tool: 'ls' });
    const broken = jest.spyOn(auditor, 'record').mockImplementation(() => {
      throw new Error('disk full');
    });
    tool();
    tool();
    broken.mockRestore();
    tool();

    expect(auditor.entries).toMatchObject([{ kind: 'gap', detail: expect.stringContaining('2 calls') }, { outcome: 'ok' }]);
  });
});

describe('L2: a deny is final', () => {
  it('no stage behind a block can turn it into an allow', () => {
    const { container, auditor } = houseWith({ denied_tools: ['rm'] });
    container.bind(Stage).toConstantValue({
      room: 'receive',
      leave(walk) {
        walk.outcome = { kind: 'ok', value: 'forged' };
      },
    });

    expect(() => enforce(() => 'ran', { container, tool: 'rm' })()).toThrow(expect.objectContaining({ code: 'GUARD' }));
    expect(auditor.entries).toMatchObject([{ decision: 'blocked' }]);
  });

  it('a hook that swallows nothing cannot allow what the policy denies', () => {
    const { container } = houseWith({ denied_tools: ['rm'] });
    container.get(HookRegistry).on('pre_call', () => undefined);

    expect(() => enforce(() => 'ran', { container, tool: 'rm' })()).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }));
  });
});

describe('L3: one entry for every call', () => {
  const endings: readonly [title: string, outcome: string, make: (call: TestCall) => unknown][] = [
    ['allowed', 'ok', ({ run }) => run(() => 1)],
    ['blocked', 'blocked', ({ run }) => run(() => 1, { tool: 'rm' })],
    ['a tool that throws', 'tool_error', ({ run }) => run(() => { throw new Error('no'); })],
    ['a bad tool name', 'blocked', ({ run }) => run(() => 1, { tool: 'two words' })],
    ['oversized input', 'blocked', ({ run }) => run(() => 1, { args: ['x'.repeat(11 * 1024 * 1024)] })],
    ['arguments that are no data', 'blocked', ({ run }) => run(() => 1, { args: [() => 1] })],
    ['a redactor that fails', 'enforcement_error', ({ run, container }) => {
      container.rebind(Redactor).toConstantValue({ redact: () => { throw new Error('no'); } });
      return run(() => 1, { args: ['text'] });
    }],
    ['an oversized result', 'blocked', ({ run }) => run(() => 'x'.repeat(2_000))],
    ['a synchronous timeout', 'timeout_killed', ({ run }) => run(() => { for (;;); }, { timeoutMs: 20 })],
    ['an asynchronous timeout', 'timeout_unknown', ({ run }) => run(async () => new Promise(() => undefined), { timeoutMs: 20 })],
    ['a cancellation', 'cancelled', ({ run }) => run(() => new Promise(() => undefined), { signal: AbortSignal.timeout(20) })],
    ['a cancellation before the start', 'cancelled', ({ run }) => run(() => 1, { signal: AbortSignal.abort() })],
    ['a veto', 'blocked', ({ run, container }) => {
      container.get(HookRegistry).on('pre_call', ({ veto }) => veto('not today'));
      return run(() => 1);
    }],
  ];

  interface TestCall {
    readonly container: ReturnType<typeof houseWith>['container'];
    readonly run: (body: (...args: never[]) => unknown, options?: object) => Promise<unknown>;
  }

  it.each(endings)('%s ends in one entry with outcome %s', async (_title, outcome, make) => {
    const { container, auditor } = houseWith({ ...redacting, denied_tools: ['rm'], max_output_size_bytes: 1_000 });
    const enforcer = new Enforcer(undefined, { container });

    await Promise.resolve(make({ container, run: (body, options) => enforcer.run(body, { tool: 'tool', ...options }) })).catch(() => undefined);

    expect(auditor.entries).toHaveLength(1);
    expect(auditor.entries[0]).toMatchObject({ outcome });
  });
});

describe('L4: a tool runs at most once for a call', () => {
  it('whatever fails behind it', () => {
    const { container } = houseWith(redacting);
    const body = jest.fn(() => 'result of ann@corp.io');
    container.rebind(Redactor).toConstantValue({
      redact: (text) => {
        if (text.includes('result')) throw new Error('no');
        return { text, findings: [] };
      },
    });

    expect(() => enforce(() => body(), { container, tool: 'tool' })()).toThrow(expect.objectContaining({ code: 'OUTPUT_INVALID' }));
    expect(body).toHaveBeenCalledTimes(1);
  });
});

describe('L5: what was checked is what runs', () => {
  it('a getter is read once, before the checks', () => {
    const { container } = houseWith();
    let reads = 0;
    const shifty = { get path() { reads += 1; return reads === 1 ? '/safe' : '/etc/passwd'; } };

    expect(enforce((args: { path: string }) => args.path + args.path, { container, tool: 'read' })(shifty)).toBe('/safe/safe');
    expect(reads).toBe(1);
  });

  it("the caller's later changes do not reach the tool", async () => {
    const { container } = houseWith();
    const args = { path: '/safe', list: [1] };
    const pending = enforce(async (given: typeof args) => {
      await Promise.resolve();
      return JSON.stringify(given);
    }, { container, tool: 'read' })(args);
    args.path = '/etc/passwd';
    args.list.push(2);

    await expect(pending).resolves.toBe('{"path":"/safe","list":[1]}');
  });

  it('hooks and tools cannot change the arguments', () => {
    const { container } = houseWith();
    const seen: string[] = [];
    container.get(HookRegistry).on('pre_call', ({ call }) => {
      expect(() => { (call.args[0] as { path: string }).path = '/etc'; }).toThrow(TypeError);
    });

    enforce((args: { path: string }) => { seen.push(args.path); }, { container, tool: 'read' })({ path: '/safe' });

    expect(seen).toEqual(['/safe']);
  });
});

describe('L6: what is synchronous stays so', () => {
  it.each([
    ['Guard', Guard, { reserve: () => Promise.resolve({ commit: () => undefined, release: () => undefined }) }],
    ['Auditor', Auditor, { begin: () => Promise.resolve(), record: () => Promise.resolve({ entryId: '1' }) }],
  ])('an asynchronous %s in front of a synchronous tool blocks it, and is named', (name, token, service) => {
    const { container } = houseWith();
    container.rebind<unknown>(token).toConstantValue(service);
    const body = jest.fn();

    expect(() => enforce(() => body(), { container, tool: 'tool' })()).toThrow(
      expect.objectContaining({ code: 'ASYNC_SERVICE', message: expect.stringContaining(name) }),
    );
    expect(body).not.toHaveBeenCalled();
  });

  it('the same services are waited for in front of an asynchronous tool', async () => {
    const { container } = houseWith();
    const held = { commit: jest.fn(), release: jest.fn() };
    container.rebind(Guard).toConstantValue({ reserve: () => Promise.resolve(held) });
    container.rebind(Auditor).toConstantValue({ begin: () => Promise.resolve(), record: () => Promise.resolve({ entryId: '1' }) });

    await expect(enforce(async () => Promise.resolve(7), { container, tool: 'tool' })()).resolves.toBe(7);
    expect(held.commit).toHaveBeenCalledTimes(1);
    expect(held.release).not.toHaveBeenCalled();
  });
});

describe('L7: what a policy does not ask for is not composed', () => {
  it('a policy without redaction never touches the redactor', () => {
    const { container } = houseWith();
    const redact = jest.fn<Redactor['redact']>();
    container.rebind(Redactor).toConstantValue({ redact });

    enforce((text: string) => text, { container, tool: 'echo' })('ann@corp.io');

    expect(redact).not.toHaveBeenCalled();
  });

  it('a call without a limit on time sets no timer', async () => {
    const { container } = houseWith();
    const timer = jest.spyOn(globalThis, 'setTimeout');

    await enforce(async () => Promise.resolve(1), { container, tool: 'tool' })();

    expect(timer).not.toHaveBeenCalled();
    timer.mockRestore();
  });
});

describe('L8: shared state is shared', () => {
  it('two functions share the global rate limit of their policy', () => {
    const { container } = houseWith({ rate_limits: { global: { max_calls: 1, window_seconds: 60 } } });
    enforce(() => 1, { container, tool: 'one' })();

    expect(() => enforce(() => 2, { container, tool: 'two' })()).toThrow(expect.objectContaining({ code: 'RATE_LIMIT' }));
  });

  it('two functions share the budget of the container', () => {
    const { container } = houseWith({}, { costBudgetUsd: 1 });
    enforce(() => 1, { container, tool: 'one', cost: 0.75 })();

    expect(() => enforce(() => 2, { container, tool: 'two', cost: 0.5 })()).toThrow(expect.objectContaining({ code: 'COST_LIMIT' }));
  });

  it('the kill switch stops them all, until it is reset', () => {
    const { container } = houseWith();
    const tool = enforce(() => 1, { container, tool: 'one' });
    container.get(KillSwitch).trip('an incident');

    expect(tool).toThrow(expect.objectContaining({ code: 'KILL_SWITCH', message: expect.stringContaining('an incident') }));
    container.get(KillSwitch).reset();
    expect(tool()).toBe(1);
  });

  it('calls side by side do not count as nested', async () => {
    const { container } = houseWith();
    const leaf = enforce(async () => Promise.resolve(currentCall()?.depth), { container, tool: 'leaf' });
    const root = enforce(async () => Promise.all(Array.from({ length: 12 }, () => leaf())), { container, tool: 'root' });

    await expect(root()).resolves.toEqual(Array.from({ length: 12 }, () => 2));
  });

  it('ten calls inside each other are let in, and the eleventh is not', () => {
    const { container } = houseWith();
    const nest = enforce((n: number): number => (n === 0 ? (currentCall()?.depth ?? 0) : nest(n - 1)), { container, tool: 'nest' });

    expect(nest(9)).toBe(10);
    expect(() => nest(10)).toThrow(expect.objectContaining({ code: 'DEPTH' }));
  });
});

describe('L9: no raw value leaves', () => {
  it('neither entries, logs, hooks nor errors hold what was passed in or given back', async () => {
    const said: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z]{12}$/), fc.constantFrom('ok', 'throw', 'cyclic', 'deny', 'big'), async (word, how) => {
        const canary = `canary-${word}`;
        const { container, auditor } = houseWith({ ...redacting, denied_tools: ['deny'], max_output_size_bytes: 100 });
        container.rebind(Logger).toConstantValue({ log: (...line) => { said.push(JSON.stringify(line)); } });
        const hooks = container.get(HookRegistry);
        for (const event of ['post_call', 'violation', 'redaction'] as const) hooks.on(event, (context) => { said.push(JSON.stringify(context)); });
        const cyclic: Record<string, unknown> = { [canary]: canary };
        cyclic['self'] = cyclic;
        const body = (): string => {
          if (how === 'throw') throw new Error('the tool itself may say what it wants');
          return canary.repeat(how === 'big' ? 20 : 1);
        };
        const error = await errorOf(async () => {
          await new Enforcer(undefined, { container }).run(body, { tool: how, args: [how === 'cyclic' ? cyclic : { text: canary }] });
          throw new Error('fine');
        });
        await container.close();

        const all = JSON.stringify([auditor, said, String(error), (error as Error).stack]);
        expect(all).not.toContain(canary);
      }),
      { numRuns: 40 },
    );
  });

  it('a bad tool name is told by its digest', async () => {
    const { container, auditor } = houseWith();
    const error = await errorOf(() => new Enforcer(undefined, { container }).run(() => 1, { tool: 'my secret name!' }));

    expect(String(error)).not.toContain('secret');
    expect(auditor.entries[0]?.tool_name).toMatch(/^\(invalid name: 15 characters, hmac-sha256:[0-9a-f]{8}:[0-9a-f]{64}\)$/);
  });

  it('the trail on disk holds digests, not arguments', async () => {
    const auditPath = tempFolder();
    const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { auditPath } });
    enforce((text: string) => text, { container, tool: 'echo' })('a raw argument');
    await container.close();

    const { readFileSync } = await import('node:fs');
    const trail = readFileSync(`${auditPath}/trail.jsonl`, 'utf8');
    expect(trail).toContain('"args_digest":"hmac-sha256:');
    expect(trail).not.toContain('a raw argument');
  });
});
