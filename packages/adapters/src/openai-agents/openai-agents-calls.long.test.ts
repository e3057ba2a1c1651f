import { describe, expect, it, jest } from '@jest/globals';
import { Agent, handoff, run, shellTool, tool, type MCPServer, type Model } from '@openai/agents';
import { ScriptedModel, assistantMessage, functionCall } from '@openai/agents/testing';
import { z } from 'zod';
import { defineTool } from '@enforcecore/core/tools';
import { hidesEmails, house, resultOf, spy, type House } from './openai-agents.test.kit.js';
import { enforceAgent, enforcedMcpServer, enforcedModel, enforcedTool, enforcedTools } from './index.js';

const done = [assistantMessage('done')];
const noProduction = { tools: { deploy: { args: { env: { type: 'string', denied: ['prod'] } } } } };

function deployTool(parameters: z.ZodObject, execute: (input: never) => unknown, more: object = {}) {
  return tool({ name: 'deploy', description: 'deploys', parameters, execute, ...more } as never);
}

function calls(name: string, args: string | Record<string, unknown>, callId = 'call-1'): ScriptedModel {
  return new ScriptedModel([[functionCall(name, args, { callId })], done]);
}

function agentOf(model: ScriptedModel, tools: readonly object[], { container }: House, more: object = {}): Agent {
  return enforceAgent(new Agent({ name: 'writer', model, tools: tools as never }), { container, ...more });
}

describe('arguments that the schema of a tool changes', () => {
  it.each([
    ['trimmed', z.object({ env: z.string().trim().toLowerCase() }), { env: ' PROD ' }],
    ['filled in', z.object({ env: z.string().default('prod') }), {}],
    ['coerced', z.object({ env: z.coerce.string() }), { env: ['prod'] }],
    ['caught', z.object({ env: z.enum(['dev', 'prod']).catch('prod') }), { env: 'x' }],
  ])('are judged as the tool would get them: %s', async (_what, schema, args) => {
    const at = house(noProduction);
    const ran = spy();
    const model = calls('deploy', args);

    await run(agentOf(model, [deployTool(schema, ran)], at), 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'deploy', decision: 'blocked' }]);
    expect(resultOf(model, 1)).toContain('blocked by policy');
  });

  it('reach the tool as they were judged, cleaned, and the schema does not read them again', async () => {
    const at = house(hidesEmails);
    const ran = spy();
    const reads = jest.fn((text: string) => text.trim());
    const schema = z.object({ to: z.string().overwrite(reads), note: z.string().default('none') });

    await run(agentOf(calls('deploy', { to: ' to ann@example.com ' }), [deployTool(schema, ran, { timeoutMs: 5_000 })], at), 'go');

    expect(ran.mock.calls[0]?.[0]).toEqual({ to: 'to <EMAIL>', note: 'none' });
    expect(reads.mock.calls.flat().join(' ')).not.toContain('<EMAIL>');
    expect(at.auditor.calls).toMatchObject([{ decision: 'redacted', outcome: 'ok' }]);
  });

  it('are refused where somebody put the tool into another, whose reading is not known', async () => {
    const at = house(noProduction);
    const ran = spy();
    const inner = deployTool(z.object({ env: z.string().trim() }), ran);
    const outer = { ...inner, invoke: (...given: Parameters<typeof inner.invoke>) => inner.invoke(...given) };
    const model = calls('deploy', { env: ' prod' });

    await run(agentOf(model, [outer], at), 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(resultOf(model, 1)).toContain('changes its arguments');
    expect(at.auditor.calls).toHaveLength(1);
  });

  it('pass where nothing in them was changed, in a tool inside another', async () => {
    const at = house(hidesEmails);
    const ran = spy();
    const inner = deployTool(z.object({ env: z.string() }), ran);
    const outer = { ...inner, invoke: (...given: Parameters<typeof inner.invoke>) => inner.invoke(...given) };

    await run(agentOf(calls('deploy', { env: 'for ann@example.com' }), [outer], at), 'go');

    expect(ran.mock.calls[0]?.[0]).toEqual({ env: 'for <EMAIL>' });
  });

  it('that do not fit do not run the tool, and do not fit better when they are cleaned', async () => {
    const at = house(hidesEmails);
    const ran = spy();
    const model = calls('deploy', { env: 'ann@example.com' });

    await run(agentOf(model, [deployTool(z.object({ env: z.enum(['<EMAIL>']) }), ran)], at), 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls).toHaveLength(1);
  });
});

describe('a hand-over with arguments', () => {
  it('gets them cleaned', async () => {
    const at = house(hidesEmails);
    const got = jest.fn();
    const back = new Agent({ name: 'back', model: new ScriptedModel([done]) });
    const front = new Agent({ name: 'front', model: calls('transfer_to_back', { why: 'for ann@example.com' }), handoffs: [handoff(back, { inputType: z.object({ why: z.string() }), onHandoff: (_context, input) => void got(input) })] });

    const { lastAgent } = await run(enforceAgent(front, at), 'go');

    expect(lastAgent?.name).toBe('back');
    expect(got).toHaveBeenCalledWith({ why: 'for <EMAIL>' });
    expect(at.auditor.calls).toMatchObject([{ tool_name: 'transfer_to_back', decision: 'redacted' }]);
  });
});

function mailServer(callTool: MCPServer['callTool']): MCPServer {
  const inputSchema = { type: 'object' as const, properties: { to: { type: 'string' } }, required: ['to'], additionalProperties: false };
  const nothing = async (): Promise<void> => undefined;
  return { name: 'mail', cacheToolsList: false, connect: nothing, close: nothing, invalidateToolsCache: nothing, listTools: async () => [{ name: 'send_mail', description: 'sends', inputSchema }], callTool };
}

describe('who makes a call', () => {
  it('is the agent, with the id that the model gave', async () => {
    const at = house();

    await run(agentOf(calls('deploy', { env: 'dev' }, 'call-XYZ'), [deployTool(z.object({ env: z.string() }), spy())], at), 'go');

    expect(at.auditor.calls).toMatchObject([{ tool_call_id: 'call-XYZ', agent: 'writer' }]);
  });

  it.each(['x'.repeat(300), 'with space', 'ünï'])('has no id where the model gave one that no trail can hold, and the call is made: %#', async (callId) => {
    const at = house();
    const ran = spy();

    await run(agentOf(calls('deploy', { env: 'dev' }, callId), [deployTool(z.object({ env: z.string() }), ran)], at), 'go');

    expect(ran).toHaveBeenCalledTimes(1);
    expect(at.auditor.calls).toMatchObject([{ tool_call_id: null }]);
  });

  const throws = (): never => {
    throw new Error('secret of the application');
  };

  it('is said by callerOf; where it throws, the call is refused with an entry and its words stay here', async () => {
    const at = house();
    const ran = spy();
    const tools = [deployTool(z.object({ env: z.string() }), ran), ...enforcedTools(defineTool({ name: 'ping', description: 'pings', execute: ran }), { ...at, callerOf: throws })];
    const model = new ScriptedModel([[functionCall('deploy', { env: 'dev' }, { callId: 'call-1' }), functionCall('ping', {}, { callId: 'call-2' })], done]);

    await run(agentOf(model, tools, at, { callerOf: throws }), 'go');

    expect(ran).not.toHaveBeenCalled();
    expect(at.auditor.calls.map(({ tool_name, decision }) => `${tool_name} ${decision}`).sort()).toEqual(['deploy blocked', 'ping blocked']);
    for (const id of ['call-1', 'call-2']) {
      expect(resultOf(model, 1, id)).toMatch(/callerOf threw/);
      expect(resultOf(model, 1, id)).not.toContain('secret');
    }
  });

  it('is asked of callerOf for servers and shells too, which have no context', async () => {
    const at = house();
    const callTool = jest.fn<MCPServer['callTool']>(async () => [{ type: 'text', text: 'ok' }]);
    const shell = jest.fn(async () => ({ output: [] }));
    const callerOf = ({ context }: { readonly context: unknown }): { tenant: string } => ({ tenant: (context as { tenant: string }).tenant });
    const model = new ScriptedModel([[functionCall('send_mail', { to: 'a' }, { callId: 'c' }), { type: 'shell_call', callId: 's', action: { commands: ['ls'] }, status: 'completed' }], done]);
    const agent = new Agent({ name: 'a', model, mcpServers: [mailServer(callTool)], tools: [shellTool({ shell: { run: shell } })] });

    await run(enforceAgent(agent, { ...at, callerOf }), 'go', { context: { tenant: 'acme' } as never });

    expect(callTool).not.toHaveBeenCalled();
    expect(shell).not.toHaveBeenCalled();
    expect(at.auditor.calls.map(({ tool_name, decision }) => `${tool_name} ${decision}`).sort()).toEqual(['send_mail blocked', 'shell blocked']);
  });
});

describe('an MCP server that is frozen', () => {
  it('is enforced like any other', async () => {
    const server = enforcedMcpServer(Object.freeze(mailServer(async () => [{ type: 'text', text: 'sent' }])), house());

    expect(await server.callTool('send_mail', { to: 'a' })).toEqual([{ type: 'text', text: 'sent' }]);
  });
});

describe('a tool that is an instance of a class', () => {
  it('keeps what its class gives it', () => {
    class Deploy {
      readonly type = 'function';
      readonly name = 'deploy';
      readonly invoke = spy();
      get description(): string {
        return `${this.name}s`;
      }
    }

    const enforced = enforcedTool(undefined, new Deploy(), house());

    expect(enforced.description).toBe('deploys');
    expect(enforced).toBeInstanceOf(Deploy);
  });
});

describe('a stream of a cleaned model', () => {
  it('does not give the raw response of the provider', async () => {
    const at = house(hidesEmails);
    const inner: Model = {
      getResponse: () => Promise.reject(new Error('not asked')),
      async *getStreamedResponse() {
        yield { type: 'response_done' as const, response: { id: 'r', usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, providerData: { raw: 'ann@example.com' }, output: [] } };
      },
    };
    const events: unknown[] = [];

    for await (const event of enforcedModel(inner, at).getStreamedResponse({ input: 'x', modelSettings: {}, tools: [], handoffs: [], outputType: 'text', tracing: false })) events.push(event);

    expect(events).toMatchObject([{ type: 'response_done' }]);
    expect(JSON.stringify(events)).not.toContain('ann@example.com');
  });
});
