import { describe, expect, it } from '@jest/globals';
import { attach, currentCall, Enforce, enforce, Enforcer, Policy, runAs, runInContainer, ToolDeniedError, type Caller } from '../src/index.js';
import { errorOf, houseWith } from './kit.js';

const whoCalls = (): Caller => {
  const { tenant, agent, session, labels } = currentCall() ?? {};
  return { tenant, agent, session, labels };
};

describe('runAs', () => {
  it('says on whose behalf the calls in it are made, also by decorated methods', () => {
    class Tools {
      @Enforce()
      who(): Caller {
        return whoCalls();
      }
    }
    const { container, auditor } = houseWith();
    const tools = attach(new Tools(), container);

    const seen = runAs({ tenant: 'north', agent: 'desk', session: 's-1', labels: { request: '7' } }, () => tools.who());

    expect(seen).toEqual({ tenant: 'north', agent: 'desk', session: 's-1', labels: { request: '7' } });
    expect(auditor.calls).toMatchObject([{ tenant_id: 'north', agent: 'desk', session: 's-1' }]);
    expect(tools.who()).toMatchObject({ tenant: undefined, agent: undefined });
  });

  it('adds to the scope around it and is added to by what the call says itself', async () => {
    const { container } = houseWith();
    const enforcer = new Enforcer(undefined, { container });

    const seen = await runAs({ tenant: 'north', agent: 'desk' }, () => runAs({ agent: 'inner' }, () => enforcer.run(whoCalls, { session: 'own' })));

    expect(seen).toMatchObject({ tenant: 'north', agent: 'inner', session: 'own' });
  });

  it('does not reach into a call: what runs there inherits from the call', async () => {
    const { container } = houseWith();
    const inner = enforce(whoCalls, { tool: 'inner', container });
    const outer = enforce(() => inner(), { tool: 'outer', container });

    expect(runAs({ tenant: 'north' }, () => outer())).toMatchObject({ tenant: 'north' });
    expect(await new Enforcer(undefined, { container }).run(() => inner(), { tool: 'outer', tenant: 'own' })).toMatchObject({ tenant: 'own' });
  });

  it('keeps callers of calls that run at the same time apart', async () => {
    const { container } = houseWith();
    const tool = enforce(
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return whoCalls().tenant;
      },
      { tool: 'who', container },
    );
    const tenants = Array.from({ length: 50 }, (_, i) => `tenant-${String(i)}`);

    const seen = await Promise.all(tenants.map((tenant) => runAs({ tenant }, () => tool())));

    expect(seen).toEqual(tenants);
  });

  it('ends the calls in it by its signal', async () => {
    const { container, auditor } = houseWith();
    const leaving = new AbortController();
    const tool = enforce(() => new Promise((resolve) => currentCall()?.signal.addEventListener('abort', resolve, { once: true })), { tool: 'waits', container });

    const error = errorOf(() => runAs({ signal: leaving.signal }, () => tool()));
    leaving.abort();

    expect(await error).toMatchObject({ code: 'CANCELLED' });
    expect(auditor.calls).toMatchObject([{ tool_name: 'waits', outcome: 'cancelled' }]);
  });

  it('keeps the container of the scope around it', () => {
    const { container, auditor } = houseWith();
    const tool = enforce(whoCalls, { tool: 'who' });

    runInContainer(container, () => runAs({ tenant: 'north' }, () => tool()));

    expect(auditor.calls).toMatchObject([{ tenant_id: 'north' }]);
  });

  it('hands the id that a call has elsewhere to the entry, and not to calls inside it', async () => {
    const { container, auditor } = houseWith();
    const inner = enforce(() => currentCall()?.toolCallId, { tool: 'inner', container });
    const enforcer = new Enforcer(undefined, { container });

    const seen = await enforcer.run(() => [currentCall()?.toolCallId, inner()], { tool: 'outer', toolCallId: 'call_1|fc_2' });

    expect(seen).toEqual(['call_1|fc_2', undefined]);
    expect(auditor.calls).toMatchObject([{ tool_name: 'inner', tool_call_id: null }, { tool_name: 'outer', tool_call_id: 'call_1|fc_2' }]);
  });

  it.each(['', 'a b', 'x'.repeat(257), 'call\n1', 'ü', 7])('refuses %j as such an id', async (toolCallId) => {
    const { container, auditor } = houseWith();

    const error = await errorOf(() => new Enforcer(undefined, { container }).run(() => 1, { tool: 't', toolCallId: toolCallId as string }));

    expect(error).toMatchObject({ code: 'INPUT_INVALID' });
    expect(auditor.calls).toMatchObject([{ decision: 'blocked', tool_call_id: null }]);
  });

  it('lets a caller that is no short text cost the call', async () => {
    const { container, auditor } = houseWith();
    const tool = enforce(whoCalls, { tool: 'who', container });

    // A request's header, for one, is whatever its sender likes.
    const error = await errorOf(() => runAs({ tenant: 'x'.repeat(100_000) }, () => tool()));

    expect(error).toMatchObject({ code: 'INPUT_INVALID' });
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
  });
});

describe('judge', () => {
  it('says what the policy says, and neither runs, records nor counts anything', async () => {
    const { container, auditor } = houseWith({ denied_tools: ['delete'], rate_limits: { per_tool: { read: { max_calls: 1, window_seconds: 60 } } } });
    const enforcer = new Enforcer(undefined, { container });

    expect(enforcer.judge({ tool: 'delete' })).toMatchObject({ decision: 'blocked', violations: [{ type: 'tool_denied' }] });
    for (let i = 0; i < 5; i += 1) expect(enforcer.judge({ tool: 'read' }).decision).toBe('allowed');

    expect(auditor.entries).toEqual([]);
    expect(await enforcer.run(() => 'read', { tool: 'read' })).toBe('read');
    expect(await errorOf(() => enforcer.run(() => 'no', { tool: 'delete' }))).toBeInstanceOf(ToolDeniedError);
  });

  it('blocks nothing under a policy in monitor mode', () => {
    const { container } = houseWith({}, {}, {});
    const enforcer = new Enforcer(Policy.from({ name: 'm', mode: 'monitor', rules: { denied_tools: ['delete'] } }), { container });

    const verdict = enforcer.judge({ tool: 'delete' });

    expect(verdict).toMatchObject({ decision: 'allowed', violations: [{ type: 'tool_denied' }] });
  });

  it('refuses what the pipeline would refuse before any rule', () => {
    const { container } = houseWith();
    const enforcer = new Enforcer(undefined, { container });

    expect(() => enforcer.judge({ tool: '' })).toThrow(expect.objectContaining({ code: 'TOOL_NAME' }));
    expect(() => enforcer.judge({ tool: 'a', args: [() => 1] })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});
