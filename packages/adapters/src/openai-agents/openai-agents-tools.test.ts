import { describe, expect, it, jest } from '@jest/globals';
import { Agent, handoff, run, Runner, shellTool, applyPatchTool, tool, webSearchTool, type MCPServer } from '@openai/agents';
import { ScriptedModel, assistantMessage, functionCall } from '@openai/agents/testing';
import { z } from 'zod';
import { attach, currentCall, Enforce, Policy } from '@enforcecore/core';
import { Tool, defineTool } from '@enforcecore/core/tools';
import { hidesEmails, house, inputOf, resultOf, spy, type House } from './openai-agents.test.kit.js';
import { enforceAgent, enforcedMcpServer, enforcedTool, enforcedTools } from './index.js';

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
    const ran = jest.fn(() => currentCall()?.labels['tool_call_id']);
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

describe('an agent under enforcement', () => {
  it('is refused with a tool that OpenAI runs, unless that is let pass', () => {
    const agent = new Agent({ name: 'a', tools: [webSearchTool()] });
    const at = house();

    expect(() => enforceAgent(agent, at)).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
    expect(enforceAgent(agent, { ...at, letPass: ['web_search'] }).tools).toHaveLength(1);
  });

  it('cannot be given a tool past the policy, and the agent it was made of is untouched', () => {
    const agent = new Agent({ name: 'a', tools: [sendTool(spy())] });
    const enforced = enforceAgent(agent, house());

    expect(() => enforced.tools.push(sendTool(spy()) as never)).toThrow(TypeError);
    expect(agent.tools[0]).not.toBe(enforced.tools[0]);
    expect(agent.tools[0]).not.toHaveProperty('inputGuardrails.0');
  });

  it('enforces the agents that it hands over to, in circles too', async () => {
    const at = house({ denied_tools: ['send_mail'] });
    const ran = spy();
    const back = new Agent({ name: 'back', model: new ScriptedModel([[sends()], done]), tools: [sendTool(ran)] });
    const front = new Agent({ name: 'front', model: new ScriptedModel([[functionCall('transfer_to_back', {}, { callId: 'h' })]]), handoffs: [back] });
    back.handoffs.push(front as never);

    const result = await run(enforceAgent(front, at), 'go');

    expect(result.lastAgent?.name).toBe('back');
    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'send_mail', decision: 'blocked' }]);
  });

  it.each([
    ['allowed', {}],
    ['blocked', { denied_tools: ['transfer_to_back'] }],
  ])('has a handoff %s under the name of its tool', async (decision, rules) => {
    const at = house(rules);
    const back = new Agent({ name: 'back', model: new ScriptedModel([done]) });
    const front = new Agent({ name: 'front', model: new ScriptedModel([[functionCall('transfer_to_back', {}, { callId: 'h' })]]), handoffs: [handoff(back)] });

    const last = await run(enforceAgent(front, at), 'go').then(({ lastAgent }) => lastAgent?.name, (error: unknown) => String(error));

    expect(last).toMatch(decision === 'allowed' ? /^back$/ : /blocked by policy/);
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'transfer_to_back', decision }]);
  });

  it('enforces its shell and its editor under their names', async () => {
    const at = house({ denied_tools: ['shell'] });
    const shell = jest.fn(async () => ({ output: [] }));
    const edit = jest.fn(async () => undefined);
    const [sh, patch] = enforceAgent(new Agent({ name: 'a', tools: [shellTool({ shell: { run: shell } }), applyPatchTool({ editor: { createFile: edit, updateFile: edit, deleteFile: edit } })] }), at).tools as never as [{ shell: { run(a: object): Promise<{ output: { stderr: string }[] }> } }, { editor: { deleteFile(o: object): Promise<unknown> } }];

    const refused = await sh.shell.run({ commands: ['rm -rf /'] });
    await patch.editor.deleteFile({ type: 'delete_file', path: 'a.txt' });

    expect(refused.output[0]?.stderr).toContain('blocked by policy');
    expect(shell).not.toHaveBeenCalled();
    expect(edit).toHaveBeenCalledTimes(1);
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'shell', decision: 'blocked' }, { tool_name: 'apply_patch', decision: 'allowed' }]);
  });

  it('as a tool is a tool like any other, and its own tools are enforced when it is', async () => {
    const at = house({ denied_tools: ['send_mail'] });
    const ran = spy();
    const inner = enforceAgent(new Agent({ name: 'inner', model: new ScriptedModel([[sends()], done]), tools: [sendTool(ran)] }), at);
    const outer = agentOf(new ScriptedModel([[functionCall('ask_inner', { input: 'go' }, { callId: 'o' })], done]), [inner.asTool({ toolName: 'ask_inner', toolDescription: 'asks' })], at);

    await run(outer, 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls.map(({ tool_name, decision }) => `${tool_name} ${decision}`).sort()).toEqual(['ask_inner allowed', 'send_mail blocked']);
  });
});

/** A server as the SDK describes one, with what it keeps in a private field. */
class MailServer implements MCPServer {
  readonly cacheToolsList = false;
  readonly name = 'mail';
  readonly #called: unknown[] = [];

  get called(): readonly unknown[] {
    return this.#called;
  }

  async connect(): Promise<void> {}
  async close(): Promise<void> {}
  async invalidateToolsCache(): Promise<void> {}

  async listTools(): ReturnType<MCPServer['listTools']> {
    return [{ name: 'send_mail', description: 'sends', inputSchema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'], additionalProperties: false } }];
  }

  async callTool(_tool: string, args: Record<string, unknown> | null): ReturnType<MCPServer['callTool']> {
    this.#called.push(args);
    return [{ type: 'text', text: 'sent by bob@example.com' }];
  }
}

describe('an MCP server under enforcement', () => {
  it.each([
    ['allows', hidesEmails, 1, 'redacted'],
    ['denies', { denied_tools: ['send_mail'] }, 0, 'blocked'],
  ])('gets the calls that the policy %s', async (_what, rules, times, decision) => {
    const at = house(rules);
    const server = new MailServer();
    const model = new ScriptedModel([[sends({ to: 'ann@example.com' })], done]);
    const agent = enforceAgent(new Agent({ name: 'a', model, mcpServers: [server] }), at);

    await run(agent, 'go');

    expect(server.called).toHaveLength(times);
    expect(JSON.stringify(server.called)).not.toContain('ann@example.com');
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'send_mail', decision }]);
    expect(resultOf(model, 1)).not.toContain('bob@example.com');
    if (times === 0) expect(resultOf(model, 1)).toContain('blocked by policy');
  });

  it('may be known to policies by other names', async () => {
    const at = house({ denied_tools: ['mail.send_mail'] });
    const server = enforcedMcpServer(new MailServer(), { ...at, nameOf: (name) => `mail.${name}` });

    const content = await server.callTool('send_mail', { to: 'a' });

    expect(JSON.stringify(content)).toContain('blocked by policy');
    expect(server.called).toHaveLength(0);
  });
});

class MailTools {
  readonly sent: unknown[] = [];

  @Tool({ description: 'Sends a mail', input: z.object({ to: z.email() }) })
  @Enforce({ tool: 'send_mail' })
  async send(mail: { to: string }): Promise<string> {
    if (mail.to.startsWith('nobody')) throw new Error('no such mailbox');
    this.sent.push(mail);
    return 'sent';
  }

  @Tool({ description: 'Reads mails', input: z.object({}) })
  @Enforce({ tool: 'read_mail' })
  async *read(): AsyncGenerator<string> {
    yield 'from bob@exa';
    yield 'mple.com';
  }
}

describe('a decorated class as tools of an agent', () => {
  it.each([
    ['runs when it may', { to: 'ann@example.com' }, /sent/, 'ok', 1],
    ['is refused with arguments that do not fit', { to: 'not-an-address' }, /do not fit its input/, undefined, 0],
    ['tells the model of its own error', { to: 'nobody@example.com' }, /no such mailbox/, 'tool_error', 0],
  ])('%s, with one entry', async (_what, args, told, outcome, times) => {
    const { container, auditor } = house();
    const instance = attach(new MailTools(), container);
    const model = new ScriptedModel([[sends(args)], done]);

    await run(new Agent({ name: 'a', model, tools: enforcedTools(instance) }), 'go');

    expect(instance.sent).toHaveLength(times);
    expect(resultOf(model, 1)).toMatch(told);
    expect(inputOf(model, 1).split('not-an-address').length).toBeLessThanOrEqual(2);
    expect(auditor.calls).toHaveLength(1);
    if (outcome !== undefined) expect(auditor.calls[0]?.outcome).toBe(outcome);
  });

  it('gives what it streams in one piece, cleaned', async () => {
    const { container } = house(hidesEmails);
    const model = new ScriptedModel([[sends({}, 'call-1', 'read_mail')], done]);

    await run(new Agent({ name: 'a', model, tools: enforcedTools(attach(new MailTools(), container)) }), 'go');

    expect(resultOf(model, 1)).toContain('from <EMAIL>');
  });

  it('may be tools of defineTool, in the container that is named', async () => {
    const { container, auditor } = house({ denied_tools: ['ping'] });
    const ran = spy();
    const model = new ScriptedModel([[sends({}, 'call-1', 'ping')], done]);

    await new Runner({ tracingDisabled: true }).run(new Agent({ name: 'a', model, tools: enforcedTools([defineTool({ name: 'ping', description: 'pings', execute: ran })], { container }) }), 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
    expect(resultOf(model, 1)).toContain('blocked by policy');
  });
});
