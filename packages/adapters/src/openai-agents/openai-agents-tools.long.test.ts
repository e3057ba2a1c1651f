import { describe, expect, it, jest } from '@jest/globals';
import { Agent, run, Runner, tool } from '@openai/agents';
import { ScriptedModel, assistantMessage, functionCall } from '@openai/agents/testing';
import { z } from 'zod';
import { currentCall, Policy } from '@enforcecore/core';
import { hidesEmails, house, resultOf, spy, type House } from './openai-agents.test.kit.js';
import { enforceAgent, enforcedTool } from './index.js';

const done = [assistantMessage('done')];

function sendTool(execute: (input: { to: string }) => unknown, more: object = {}) {
  return tool({ name: 'send_mail', description: 'sends', parameters: z.object({ to: z.string() }), execute, ...more });
}

function sends(args: string | Record<string, unknown> = { to: 'ann' }, callId = 'call-1', name = 'send_mail') {
  return functionCall(name, args, { callId });
}

function agentOf(model: ScriptedModel, tools: readonly object[], { container }: House, more: object = {}): Agent {
  return enforceAgent(new Agent({ name: 'writer', model, tools: tools as never }), { container, ...more });
}

describe('a function tool under enforcement', () => {
  it('runs when the policy allows it, and the trail has one entry', async () => {
    const at = house();
    const ran = jest.fn(() => currentCall()?.toolCallId);
    const model = new ScriptedModel([[sends()], done]);

    const result = await run(agentOf(model, [sendTool(ran)], at), 'go');

    expect(result.finalOutput).toBe('done');
    expect(resultOf(model, 1)).toContain('call-1');
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'send_mail', decision: 'allowed', outcome: 'ok' }]);
  });

  it('never runs when the policy denies it, the model is told why, and the run knows', async () => {
    const at = house({ denied_tools: ['send_mail'] });
    const ran = spy();
    const model = new ScriptedModel([[sends({ to: 'ann@example.com' })], done]);

    const result = await run(agentOf(model, [sendTool(ran)], at), 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'send_mail', decision: 'blocked' }]);
    expect(resultOf(model, 1)).toMatch(/blocked by policy .*agents.*The tool did not run/);
    expect(resultOf(model, 1)).not.toContain('ann@example.com');
    expect(result.toolInputGuardrailResults).toMatchObject([{ guardrail: { name: 'enforcecore' }, output: { behavior: { type: 'rejectContent' } } }]);
  });

  it('is refused when it is invoked past the runner as well', async () => {
    const at = house({ denied_tools: ['send_mail'] });
    const ran = spy();
    const enforced = enforcedTool(undefined, sendTool(ran), at);

    const answer = await enforced.invoke(undefined as never, '{"to":"ann"}');

    expect(answer).toContain('blocked by policy');
    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls).toHaveLength(1);
  });

  it('gets cleaned arguments, and the model a cleaned result', async () => {
    const at = house(hidesEmails);
    const ran = spy({ receipt: 'for bob@example.com' });
    const model = new ScriptedModel([[sends({ to: 'ann@example.com' })], done]);

    await run(agentOf(model, [sendTool(ran)], at), 'go');

    expect(ran.mock.calls[0]?.[0]).toEqual({ to: '<EMAIL>' });
    expect(resultOf(model, 1)).toContain('receipt');
    expect(resultOf(model, 1)).not.toContain('bob@example.com');
    expect(at.auditor.calls).toMatchObject([{ input_redactions: 1, output_redactions: 1 }]);
  });

  it('is refused beyond its rate, and the model is told when to try again', async () => {
    const at = house({ rate_limits: { per_tool: { send_mail: { max_calls: 1, window_seconds: 3600 } } } });
    const ran = spy();
    const model = new ScriptedModel([[sends({ to: 'a' }, 'c1'), sends({ to: 'b' }, 'c2')], done]);

    await run(agentOf(model, [sendTool(ran)], at), 'go');

    expect(ran).toHaveBeenCalledTimes(1);
    expect(at.auditor.calls.map(({ decision }) => decision).sort()).toEqual(['allowed', 'blocked']);
    expect(resultOf(model, 1, 'c1') + resultOf(model, 1, 'c2')).toMatch(/Try again in \d+ s/);
  });

  it('is given up at its deadline, and its signal is aborted', async () => {
    const at = house();
    let signal: AbortSignal | undefined;
    const hangs = (_input: unknown, _run: unknown, details?: { readonly signal?: AbortSignal }): Promise<unknown> => {
      signal = details?.signal;
      return new Promise(() => undefined);
    };
    const model = new ScriptedModel([[sends()], done]);

    await run(agentOf(model, [sendTool(hangs as never)], at, { timeoutMs: 20 }), 'go');

    expect(signal?.aborted).toBe(true);
    expect(resultOf(model, 1)).toContain('took longer than 20 ms');
    expect(at.auditor.calls).toMatchObject([{ outcome: 'timeout_unknown' }]);
  });

  it('keeps its own timeout, which ends the enforced call', async () => {
    const at = house();
    const model = new ScriptedModel([[sends()], done]);

    await run(agentOf(model, [sendTool(() => new Promise(() => undefined), { timeoutMs: 20 })], at), 'go');

    expect(resultOf(model, 1)).toContain('timed out');
    expect(at.auditor.calls).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('makes one entry for each of thirty calls at once', async () => {
    const at = house();
    const ran = spy();
    const model = new ScriptedModel([Array.from({ length: 30 }, (_, i) => sends({ to: String(i) }, `c${String(i)}`)), done]);

    await run(agentOf(model, [sendTool(ran)], at), 'go');

    expect(ran).toHaveBeenCalledTimes(30);
    expect(at.auditor.calls).toHaveLength(30);
  });

  it('tells the model of its own error, as it words it, and cleaned', async () => {
    const at = house(hidesEmails);
    const fails = (): never => {
      throw new Error('no mailbox ann@example.com');
    };
    const model = new ScriptedModel([[sends()], done]);
    const errorFunction = (_run: unknown, error: unknown): string => `sorry, ${String(error)}`;

    await run(agentOf(model, [sendTool(fails, { errorFunction })], at), 'go');

    expect(resultOf(model, 1)).toContain('sorry, Error: no mailbox <EMAIL>');
    expect(resultOf(model, 1)).not.toContain('ann@example.com');
    expect(at.auditor.calls).toMatchObject([{ outcome: 'ok' }]);
  });

  it('is recorded as failed when it has no words for its errors, and ends the run', async () => {
    const at = house();
    const fails = (): never => {
      throw new Error('no mailbox');
    };

    const running = run(agentOf(new ScriptedModel([[sends()], done]), [sendTool(fails, { errorFunction: null })], at), 'go');

    await expect(running).rejects.toThrow(/no mailbox/);
    expect(at.auditor.calls).toMatchObject([{ outcome: 'tool_error' }]);
  });

  it('does not run with arguments that do not fit, and the attempt has one entry', async () => {
    const at = house();
    const ran = spy();
    const model = new ScriptedModel([[sends({ to: 7 })], done]);

    await run(agentOf(model, [sendTool(ran)], at), 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls).toHaveLength(1);
  });

  it('is cancelled with the run, and the trail says so', async () => {
    const at = house();
    const abort = new AbortController();
    const hangs = (): Promise<unknown> => {
      queueMicrotask(() => abort.abort());
      return new Promise(() => undefined);
    };

    await run(agentOf(new ScriptedModel([[sends()], done]), [sendTool(hangs)], at), 'go', { signal: abort.signal }).catch(() => undefined);

    expect(at.auditor.calls).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('is refused in a streamed run as well, once', async () => {
    const at = house({ denied_tools: ['send_mail'] });
    const ran = spy();
    const model = new ScriptedModel([[sends()], done]);

    const result = await run(agentOf(model, [sendTool(ran)], at), 'go', { stream: true });
    for await (const event of result) expect(event).toBeDefined();

    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls).toMatchObject([{ decision: 'blocked' }]);
    expect(resultOf(model, 1)).toContain('blocked by policy');
  });

  it('still needs the approval that it asks for, and an approved call is enforced', async () => {
    const at = house({ rate_limits: { per_tool: { send_mail: { max_calls: 1, window_seconds: 3600 } } } });
    const ran = spy();
    const model = new ScriptedModel([[sends({ to: 'a' }, 'c1'), sends({ to: 'b' }, 'c2')], done]);
    const agent = agentOf(model, [sendTool(ran, { needsApproval: true })], at);

    const first = await run(agent, 'go');
    const { interruptions } = first;
    const before = at.auditor.calls.length;
    for (const interruption of interruptions) first.state.approve(interruption);
    await run(agent, first.state);

    expect(interruptions).toHaveLength(2);
    expect(before).toBe(0);
    expect(ran).toHaveBeenCalledTimes(1);
    expect(at.auditor.calls.map(({ decision }) => decision).sort()).toEqual(['allowed', 'blocked']);
  });

  it('that the policy denies bothers nobody with an approval, where the run asks guardrails first', async () => {
    const at = house({ denied_tools: ['send_mail'] });
    const ran = spy();
    const runner = new Runner({ tracingDisabled: true, toolExecution: { preApprovalInputGuardrails: true } });

    const { finalOutput } = await runner.run(agentOf(new ScriptedModel([[sends()], done]), [sendTool(ran, { needsApproval: true })], at), 'go');

    expect(finalOutput).toBe('done');
    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls).toMatchObject([{ decision: 'blocked' }]);
  });

  it('is wrapped once, however often it is asked for', async () => {
    const at = house();
    const once = enforcedTool(undefined, sendTool(spy()), at);

    expect(enforcedTool(undefined, once, at)).toBe(once);
    await run(agentOf(new ScriptedModel([[sends()], done]), [{ ...once, description: 'sends, in other words' }], at), 'go');

    expect(at.auditor.calls).toHaveLength(1);
  });

  it('is called on behalf of whom the run\'s context names', async () => {
    const at = house();
    const agent = agentOf(new ScriptedModel([[sends()], done]), [sendTool(spy())], at, { callerOf: ({ context }: { context: unknown }) => ({ tenant: (context as { tenant: string }).tenant, agent: 'writer' }) });

    await run(agent, 'go', { context: { tenant: 'acme' } });

    expect(at.auditor.calls).toMatchObject([{ tenant_id: 'acme', agent: 'writer' }]);
  });

  it('can be enforced alone, by a policy of its own', async () => {
    const at = house();
    const ran = spy();
    const strict = enforcedTool(Policy.from({ name: 'strict', rules: { denied_tools: ['send_mail'] } }), sendTool(ran), at);

    await run(new Agent({ name: 'a', model: new ScriptedModel([[sends()], done]), tools: [strict] }), 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls).toMatchObject([{ policy_name: 'strict', decision: 'blocked' }]);
  });

  it('takes text that is no JSON as it is, cleaned', async () => {
    const at = house(hidesEmails);
    const seen: unknown[] = [];
    const own = { ...sendTool(spy()), invoke: async (_run: unknown, input: string) => (seen.push(input), 'ok') };

    await enforcedTool(undefined, own, at).invoke(undefined, 'to ann@example.com');

    expect(seen).toEqual(['to <EMAIL>']);
  });
});

describe('a hostile call', () => {
  it.each([
    ['an id of a million characters', { to: 'a' }, 'x'.repeat(1_000_000), 1],
    ['an id that is half a character', { to: 'a' }, '\ud83d', 1],
    ['an argument of fifteen million characters', { to: 'x'.repeat(15_000_000) }, 'c', 0],
    ['arguments with a key that every object has', '{"to":"a","__proto__":{"to":"b"}}', 'c', 1],
    ['arguments that are a list', '["a"]', 'c', 0],
  ])('with %s has one entry, and the run goes on', async (_what, args, id, times) => {
    const at = house();
    const ran = spy();

    const { finalOutput } = await run(agentOf(new ScriptedModel([[sends(args, id)], done]), [sendTool(ran)], at), 'go');

    expect(finalOutput).toBe('done');
    expect(ran).toHaveBeenCalledTimes(times);
    expect(at.auditor.calls).toHaveLength(1);
  });

  it.each([
    ['holds itself', () => {
      const loop: Record<string, unknown> = {};
      loop['self'] = loop;
      return loop;
    }],
    ['is a proxy', () => new Proxy({}, {})],
  ])('whose result %s is withheld where results are cleaned', async (_what, result) => {
    const at = house(hidesEmails);
    const model = new ScriptedModel([[sends()], done]);

    await run(agentOf(model, [sendTool(spy(result()))], at), 'go');

    expect(resultOf(model, 1)).toContain('The tool may have run; its result is withheld');
    expect(at.auditor.calls).toHaveLength(1);
  });

  it('is answered by the errorFunction of a tool with an output schema, or ends the run', async () => {
    const at = house({ denied_tools: ['send_mail'] });
    const outputSchema = z.object({ ok: z.boolean() });
    const worded = new ScriptedModel([[sends()], done]);

    await run(agentOf(worded, [sendTool(spy(), { outputSchema, errorFunction: () => ({ ok: false }) })], at), 'go');
    const wordless = run(agentOf(new ScriptedModel([[sends()], done]), [sendTool(spy(), { outputSchema })], at), 'go');

    expect(resultOf(worded, 1)).toContain('\\"ok\\":false');
    await expect(wordless).rejects.toThrow(/blocked by policy/);
    expect(at.auditor.calls).toMatchObject([{ decision: 'blocked' }, { decision: 'blocked' }]);
  });
});
