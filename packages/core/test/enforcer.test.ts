import { afterAll, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Clock, CostLedger, createContainer, currentCall, enforce, Enforcer, Guard, lastResult, LimitGuard, Policy, recordCost, runInContainer, withResults,
} from '../src/index.js';
import { FakeClock } from '../src/testing/index.js';
import { errorOf, houseWith, removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

describe('Enforcer', () => {
  it('is made from a file, and says at once when the file cannot be used', () => {
    const { container } = houseWith();
    const file = join(tempFolder(), 'policy.yaml');
    writeFileSync(file, 'name: from-file\nrules:\n  allowed_tools: [ls]\n');

    expect(Enforcer.fromFile(file, { container }).policy.name).toBe('from-file');
    expect(() => Enforcer.fromFile(`${file}.missing`, { container })).toThrow(expect.objectContaining({ code: 'POLICY_LOAD' }));
  });

  it('gives its guard and its policy', () => {
    const { container } = houseWith();
    const enforcer = new Enforcer(undefined, { container });

    expect(enforcer.guard).toBe(container.get(Guard));
    expect(enforcer.guard).toBeInstanceOf(LimitGuard);
    expect(enforcer.policy).toBeInstanceOf(Policy);
  });

  it('runs functions of every kind, named at run time', async () => {
    const { container, auditor } = houseWith({ allowed_tools: ['add'] });
    const enforcer = new Enforcer(undefined, { container });

    expect(enforcer.runSync((a: number, b: number) => a + b, { tool: 'add', args: [1, 2] })).toBe(3);
    await expect(enforcer.run((a: number) => a, { tool: 'add', args: [4], tenant: 'acme', agent: 'bot', session: 's1' })).resolves.toBe(4);
    await expect(enforcer.run(() => 1, { tool: 'other' })).rejects.toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
    expect(auditor.entries[1]).toMatchObject({ tenant_id: 'acme', agent: 'bot', session: 's1' });
  });

  it('hands tenant, agent and labels down to the calls inside, and nothing to the calls beside', async () => {
    const { container, auditor } = houseWith();
    const enforcer = new Enforcer(undefined, { container });
    const inner = enforce(async () => Promise.resolve(currentCall()?.labels), { container, tool: 'inner' });

    await expect(enforcer.run(inner, { tool: 'outer', tenant: 'acme', labels: { team: 'red' } })).resolves.toEqual({ team: 'red' });
    await expect(inner()).resolves.toEqual({});
    expect(auditor.entries.map(({ tenant_id }) => tenant_id)).toEqual(['acme', 'acme', null]);
  });

  it('tells the tool through its signal that nobody waits any more', async () => {
    const { container, auditor } = houseWith();
    const caller = new AbortController();
    let heard: unknown;
    const pending = new Enforcer(undefined, { container }).run(
      () => new Promise((_resolve, reject) => {
        const signal = currentCall()?.signal;
        signal?.addEventListener('abort', () => {
          heard = signal.reason;
          reject(new Error('stopped'));
        });
      }),
      { tool: 'tool', signal: caller.signal },
    );
    caller.abort('enough');

    await expect(pending).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(heard).toBe('enough');
    expect(auditor.entries).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('gives an asynchronous tool its deadline, and leaves no timer behind', async () => {
    const { container } = houseWith({ resource_limits: { max_call_duration_seconds: 2 } });
    const clock = new FakeClock();
    container.rebind(Clock).toConstantValue(clock);
    const enforcer = new Enforcer(undefined, { container });

    await enforcer.run(async () => Promise.resolve(1), { tool: 'quick' });
    expect(clock.pending).toBe(0);
    const slow = errorOf(() => enforcer.run(async () => new Promise(() => undefined), { tool: 'slow', timeoutMs: 500 }));
    clock.advance(500);
    expect(await slow).toMatchObject({ code: 'TIMEOUT', reason: expect.stringContaining('500 ms') });
    expect(clock.pending).toBe(0);
  });
});

describe('a scope', () => {
  const open = async (rules = {}): Promise<{ auditor: ReturnType<typeof houseWith>['auditor']; scope: Awaited<ReturnType<Enforcer['open']>> }> => {
    const { container, auditor } = houseWith(rules);
    return { auditor, scope: await new Enforcer(undefined, { container }).open({ tool: 'scope', args: [{ to: 'ann@corp.io' }] }) };
  };

  it('cleans what goes in and what comes out', async () => {
    const { scope, auditor } = await open({ pii_redaction: { categories: ['email'] } });

    expect(scope.args).toEqual([{ to: '<EMAIL>' }]);
    await expect(scope.complete('sent to bob@corp.io')).resolves.toBe('sent to <EMAIL>');
    expect(auditor.entries).toMatchObject([{ outcome: 'ok', input_redactions: 1, output_redactions: 1 }]);
  });

  it('is a failed call when it is left without a word', async () => {
    const { scope, auditor } = await open();
    {
      await using left = scope;
      expect(left.tool).toBe('scope');
    }

    expect(auditor.entries).toMatchObject([{ outcome: 'tool_error', error_class: 'CancelledError' }]);
  });

  it('is a failed call when its code says so, and ends once', async () => {
    const { scope, auditor } = await open();
    await scope.fail(new RangeError('no'));
    await scope[Symbol.asyncDispose]();

    expect(auditor.entries).toMatchObject([{ outcome: 'tool_error', error_class: 'RangeError' }]);
  });

  it('withholds a result that is too large', async () => {
    const { scope } = await open({ max_output_size_bytes: 5 });

    await expect(scope.complete('too large')).rejects.toMatchObject({ code: 'OUTPUT_SIZE' });
  });
});

describe('results', () => {
  it('tell what enforcement did, exactly, beside other calls', async () => {
    const { container } = houseWith({ pii_redaction: { categories: ['email'] } });
    const tool = enforce(async (text: string) => Promise.resolve(text), { container, tool: 'echo' });

    const [one, two] = await Promise.all([withResults(() => tool('ann@corp.io')), withResults(() => tool('nobody'))]);

    expect([one.value, one.results.map(({ decision }) => decision)]).toEqual(['<EMAIL>', ['redacted']]);
    expect([two.value, two.results.map(({ decision }) => decision)]).toEqual(['nobody', ['allowed']]);
    expect(one.results[0]).toMatchObject({ tool: 'echo', policyName: 'test', outcome: 'ok', redactionsInput: 1, redactionsOutput: 0, redactions: { email: 1 }, auditEntryId: expect.any(String) });
  });

  it('lastResult is of the call that ended last in the container of the scope', () => {
    const { container } = houseWith({ denied_tools: ['rm'] });
    runInContainer(container, () => {
      enforce(() => 1, { tool: 'ls' })();
      expect(lastResult()).toMatchObject({ tool: 'ls', decision: 'allowed' });
      expect(() => enforce(() => 1, { tool: 'rm' })()).toThrow();
      expect(lastResult()).toMatchObject({ tool: 'rm', decision: 'blocked', violationType: 'tool_denied' });
    });
  });
});

describe('costs', () => {
  it('recorded inside a tool count for its policy, its container and its entry', () => {
    const { container, auditor } = houseWith({ resource_limits: { max_cost_usd: 1 } }, { costBudgetUsd: 10 });
    const tool = enforce(() => { recordCost(0.4); recordCost(0.35); }, { container, tool: 'model', cost: 0.1 });

    tool();
    expect(auditor.entries[0]).toMatchObject({ cost_micro_usd: 850_000 });
    expect([container.get(CostLedger).spentUsd('policy:test'), container.get(CostLedger).spentUsd('container')]).toEqual([0.85, 0.85]);
    tool();
    expect(tool).toThrow(expect.objectContaining({ code: 'COST_LIMIT', budgetUsd: 1, spentUsd: 1.7 }));
  });

  it('recorded outside a call are refused, and named by whom to ask', () => {
    expect(() => { recordCost(1); }).toThrow(expect.objectContaining({ code: 'COST_INVALID', message: expect.stringContaining('enforcer.recordCost()') }));
  });

  it('of a call that was blocked are given back', () => {
    const { container } = houseWith({ resource_limits: { max_cost_usd: 1 }, pii_redaction: {} });
    const tool = enforce((_given: unknown) => 1, { container, tool: 'tool', cost: 1 });

    expect(() => tool(new Proxy({}, {}))).toThrow();
    expect(tool('fine')).toBe(1);
    expect(() => tool('too dear')).toThrow(expect.objectContaining({ code: 'COST_LIMIT' }));
  });
});

describe('a policy named by file or URL', () => {
  it('is loaded once, at the first call', () => {
    const folder = tempFolder();
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'name: by-file\nrules:\n  denied_tools: [rm]\n');
    const container = createContainer({ environment: {}, settings: { auditPath: folder } });

    expect(() => enforce(() => 1, { container, tool: 'rm', policy: file })()).toThrow('by-file');
    expect(enforce(() => 1, { container, tool: 'ls', policy: new URL(`file://${file}`) })()).toBe(1);
  });

  it('that is broken blocks the call, with every issue in the message', () => {
    const folder = tempFolder();
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, 'name: broken\nrules:\n  alowed_tools: [ls]\n  max_output_size_bytes: -1\n');
    const container = createContainer({ environment: {}, settings: { auditPath: folder } });

    expect(() => enforce(() => 1, { container, tool: 'ls', policy: file })()).toThrow(/policy\.yaml:3:3 .*allowed_tools[\s\S]*policy\.yaml:4:/);
  });
});
