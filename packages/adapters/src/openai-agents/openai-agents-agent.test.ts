import { describe, expect, it, jest } from '@jest/globals';
import { Agent, handoff, run, Runner, shellTool, applyPatchTool, tool, webSearchTool, type MCPServer } from '@openai/agents';
import { ScriptedModel, assistantMessage, functionCall } from '@openai/agents/testing';
import { z } from 'zod';
import { attach, Enforce } from '@enforcecore/core';
import { Tool, defineTool } from '@enforcecore/core/tools';
import { hidesEmails, house, inputOf, resultOf, spy, type House } from './openai-agents.test.kit.js';
import { enforceAgent, enforcedMcpServer, enforcedTools } from './index.js';

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
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'transfer_to_back', decision: 'allowed', agent: 'front' }, { tool_name: 'send_mail', decision: 'blocked', agent: 'back' }]);
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
