import { describe, expect, it } from '@jest/globals';
import { Agent, handoff, hostedMcpTool, run, shellTool, tool, toolNamespace } from '@openai/agents';
import { RealtimeAgent } from '@openai/agents/realtime';
import { SandboxAgent } from '@openai/agents/sandbox';
import { ScriptedModel, assistantMessage, functionCall } from '@openai/agents/testing';
import { z } from 'zod';
import { house, resultOf, spy } from './openai-agents.test.kit.js';
import { enforceAgent, enforcedTool, enforcedTools } from './index.js';
import { defineTool } from '@enforcecore/core/tools';

const done = [assistantMessage('done')];

function sendTool(execute: (input: { to: string }) => unknown) {
  return tool({ name: 'send_mail', description: 'sends', parameters: z.object({ to: z.string() }), execute });
}

class LateTools extends Agent {
  override async getAllTools(...args: Parameters<Agent['getAllTools']>): ReturnType<Agent['getAllTools']> {
    return [...(await super.getAllTools(...args)), sendTool(spy())] as never;
  }
}

describe('an agent that may bring tools that nobody sees', () => {
  it.each([
    ['a sandbox with its own shell', () => new SandboxAgent({ name: 'a' })],
    ['a sandbox without capabilities', () => new SandboxAgent({ name: 'a', capabilities: [] })],
    ['a realtime agent', () => new RealtimeAgent({ name: 'a', voice: 'alloy' })],
    ['a class of the application', () => new LateTools({ name: 'a' })],
  ])('is refused: %s', (_what, agent) => {
    expect(() => enforceAgent(agent(), house())).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
  });

  it('is refused behind a hand-over as well', () => {
    const front = new Agent({ name: 'front', handoffs: [new SandboxAgent({ name: 'box' }) as never] });

    expect(() => enforceAgent(front, house())).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
  });

  it('is refused as a tool whose own tools are not enforced', () => {
    const inner = new Agent({ name: 'inner', tools: [sendTool(spy())] }).asTool({ toolName: 'ask', toolDescription: 'asks' });

    expect(() => enforceAgent(new Agent({ name: 'a', tools: [inner] }), house())).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
    expect(() => enforcedTool(undefined, inner, house())).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
  });
});

describe('what is no agent and no tool', () => {
  it.each([
    ['an object with a name', () => enforceAgent({ name: 'x' })],
    ['nothing', () => enforceAgent(undefined as never)],
    ['a function as a tool', () => enforcedTool(undefined, () => 1)],
    ['an object with a name as a tool', () => enforcedTool(undefined, { name: 'x' })],
    ['no tool at all', () => enforcedTool(undefined, undefined as never)],
    ['a shell as a function tool', () => enforcedTool(undefined, shellTool({ shell: { run: async () => ({ output: [] }) } }))],
  ])('is refused with a word about what to give: %s', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.stringMatching(/tool\(|new Agent/) }));
  });

  it('is not a single tool of defineTool, which need not be in a list', () => {
    const one = defineTool({ name: 'ping', description: 'pings', execute: () => 'pong' });

    expect(enforcedTools(one)).toMatchObject([{ name: 'ping' }]);
  });
});

describe('letPass', () => {
  const servers = [hostedMcpTool({ serverLabel: 'wiki', serverUrl: 'https://wiki.example' }), hostedMcpTool({ serverLabel: 'bank', serverUrl: 'https://bank.example' })];

  it('names hosted MCP servers one by one', () => {
    const at = house();
    const agent = new Agent({ name: 'a', tools: servers });

    expect(() => enforceAgent(agent, { ...at, letPass: ['wiki'] })).toThrow(/"bank"/);
    expect(() => enforceAgent(agent, { ...at, letPass: ['hosted_mcp'] })).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
    expect(enforceAgent(agent, { ...at, letPass: ['wiki', 'bank'] }).tools).toHaveLength(2);
  });

  it('is refused with a name that nothing has', () => {
    expect(() => enforceAgent(new Agent({ name: 'a' }), { ...house(), letPass: ['websearch'] })).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
  });
});

describe('the clone of an agent', () => {
  it('makes one entry for each call when it is asked for twice, for a shell and a hand-over too', async () => {
    const at = house();
    const shell = shellTool({ shell: { run: async () => ({ output: [{ stdout: 'x', stderr: '', outcome: { type: 'exit', exitCode: 0 } }] }) } });
    const back = new Agent({ name: 'back', model: new ScriptedModel([done]) });
    const model = new ScriptedModel([[{ type: 'shell_call', callId: 's', action: { commands: ['ls'] }, status: 'completed' }], [functionCall('transfer_to_back', {}, { callId: 'h' })]]);
    const once = enforceAgent(new Agent({ name: 'front', model, tools: [shell], handoffs: [handoff(back)] }), at);

    await run(enforceAgent(once.clone({ instructions: 'other words' }), at), 'go');

    expect(enforceAgent(once, at)).toBe(once);
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'shell' }, { tool_name: 'transfer_to_back' }]);
  });

  it('has lists that cannot be replaced', () => {
    const clone = enforceAgent(new Agent({ name: 'a' }), house());

    for (const list of ['tools', 'mcpServers', 'handoffs'] as const) {
      expect(() => {
        clone[list] = [];
      }).toThrow(TypeError);
    }
  });

  it('does not hand over to an agent in its list when the policy denies the transfer', async () => {
    const at = house({ denied_tools: ['transfer_to_back'] });
    const back = new Agent({ name: 'back', model: new ScriptedModel([done]) });
    const front = new Agent({ name: 'front', model: new ScriptedModel([[functionCall('transfer_to_back', {}, { callId: 'h' })]]), handoffs: [back] });

    await expect(run(enforceAgent(front, at), 'go')).rejects.toThrow(/blocked by policy/);
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'transfer_to_back', decision: 'blocked', agent: 'front' }]);
  });

  it('knows tools of a namespace by its name and theirs', async () => {
    const at = house({ denied_tools: ['crm.remove'] });
    const ran = spy();
    const remove = tool({ name: 'remove', description: 'removes', parameters: z.object({}), execute: ran });
    const model = new ScriptedModel([[{ ...functionCall('remove', {}, { callId: 'call-1' }), namespace: 'crm' }], done]);

    await run(enforceAgent(new Agent({ name: 'a', model, tools: toolNamespace({ name: 'crm', description: 'customers', tools: [remove] }) }), at), 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(resultOf(model, 1)).toContain('crm.remove');
  });
});
