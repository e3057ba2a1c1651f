import { describe, expect, it, jest } from '@jest/globals';
import { Agent } from '@mastra/core/agent';
import type { Processor } from '@mastra/core/processors';
import { RequestContext } from '@mastra/core/request-context';
import { createTool, type ToolHooks } from '@mastra/core/tools';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { currentCall } from '@enforcecore/core';
import { tool } from 'ai';
import { z } from 'zod';
import { promptOf, says, scripted, toolCall } from '../ai-sdk/ai-sdk.test.kit.js';
import { testHouse, type TestHouse } from '../mcp/mcp.test.kit.js';
import { ShopTools } from '../mcp/shop-tools.test.kit.js';
import { enforcedTool, enforcedTools, enforceHooks, enforceProcessor, enforceTools } from './index.js';

type Model = ReturnType<typeof scripted>;
type AgentTools = Readonly<Record<string, unknown>>;

function agentWith(model: Model, tools: AgentTools, more: object = {}): Agent {
  const config = { id: 'desk', name: 'desk', instructions: 'help', model, tools, ...more };
  // Spelled out, the type of its tools is too large for the compiler.
  return new Agent(config as never);
}

/** Tools as somebody wrote them who never heard of enforcement. */
function bareTools({ ran }: TestHouse): { echo: ReturnType<typeof createTool>; drop_table: ReturnType<typeof createTool>; limited: ReturnType<typeof createTool>; fails: ReturnType<typeof createTool>; waits: ReturnType<typeof createTool> } {
  const none = z.object({});
  return {
    echo: createTool({ id: 'echo', description: 'says it again', inputSchema: z.object({ text: z.string() }), execute: async ({ text }) => Promise.resolve({ said: (ran(text), text) }) }),
    drop_table: createTool({ id: 'drop_table', description: 'removes', inputSchema: none, outputSchema: z.any(), execute: async () => Promise.resolve(ran()) }),
    limited: createTool({ id: 'limited', description: 'limited', inputSchema: none, execute: async () => Promise.resolve(ran()) }),
    fails: createTool({ id: 'fails', description: 'fails', inputSchema: none, execute: () => Promise.reject(new Error(`no such customer: mira@northfjord.example${String(ran())}`)) }),
    waits: createTool({
      id: 'waits',
      description: 'waits',
      inputSchema: none,
      execute: async (_input, { abortSignal }) => {
        ran();
        await new Promise((resolve) => abortSignal?.addEventListener('abort', resolve, { once: true }));
        ran('heard');
        return 'stopped';
      },
    }),
  }; // their schemas differ, and no test looks at them
}

describe('existing Mastra tools under enforceTools', () => {
  it('run when the policy lets them, with one entry that knows agent, thread and the model\'s call id', async () => {
    const house = testHouse();
    const model = scripted(toolCall('echo', { text: 'hello' }, 'call-7'), says('fine'));
    const agent = agentWith(model, enforceTools(bareTools(house), house));

    const result = await agent.generate('go', { requestContext: new RequestContext([['tenant', 'acme']]) });

    expect(result.text).toBe('fine');
    expect(house.ran).toHaveBeenCalledWith('hello');
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'echo', decision: 'allowed', outcome: 'ok', agent: 'desk', tenant_id: 'acme', tool_call_id: 'call-7' }]);
  });

  it('never run when denied, and the model is told', async () => {
    const house = testHouse();
    const model = scripted(toolCall('drop_table', {}), says('I may not'));

    const result = await agentWith(model, enforceTools(bareTools(house), house)).generate('go');

    expect(result.text).toBe('I may not');
    expect(house.ran).not.toHaveBeenCalled();
    expect(promptOf(model, 1)).toContain('blocked by policy');
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'drop_table', decision: 'blocked' }]);
  });

  it('get cleaned arguments and give cleaned results', async () => {
    const house = testHouse();
    const model = scripted(toolCall('echo', { text: 'to mira@northfjord.example' }), says('sent'));

    const result = await agentWith(model, enforceTools(bareTools(house), house)).generate('go');

    expect(house.ran).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(house.ran.mock.calls)).not.toContain('mira');
    expect(JSON.stringify(result.toolResults.map(({ payload }) => payload.result))).toContain('said');
    expect(JSON.stringify(result.toolResults.map(({ payload }) => payload.result))).not.toContain('mira');
  });

  it('tell the model what their own errors say, cleaned', async () => {
    const house = testHouse();
    const model = scripted(toolCall('fails', {}), says('a pity'));

    await agentWith(model, enforceTools(bareTools(house), house)).generate('go');

    expect(promptOf(model, 1)).toContain('no such customer');
    expect(promptOf(model, 1)).not.toContain('mira');
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'fails', outcome: 'tool_error' }]);
  });

  it('are counted against limits, also in parallel', async () => {
    const house = testHouse();
    const model = scripted([toolCall('limited', {}, 'a'), toolCall('limited', {}, 'b'), toolCall('echo', { text: 'c' }, 'c')], says('enough'));

    await agentWith(model, enforceTools(bareTools(house), house)).generate('go');

    expect(house.ran).toHaveBeenCalledTimes(2);
    expect(promptOf(model, 1)).toMatch(/limited.*blocked.*Try again in \d+ s/);
    expect(house.auditor.calls.map((entry) => entry.decision).sort()).toEqual(['allowed', 'allowed', 'blocked']);
  });

  it('end by their time limit, and hear of it', async () => {
    const house = testHouse();
    const model = scripted(toolCall('waits', {}), says('too slow'));

    await agentWith(model, enforceTools(bareTools(house), { ...house, timeoutMs: 20 })).generate('go');

    expect(promptOf(model, 1)).toMatch(/longer than 20 ms.*The tool may have run/);
    expect(house.ran).toHaveBeenLastCalledWith('heard');
    expect(house.auditor.entries).toHaveLength(1);
  });

  it('end when the run is aborted', async () => {
    const house = testHouse();
    const abort = new AbortController();
    house.ran.mockImplementation(() => {
      abort.abort();
      return 'done';
    });
    const tools = enforceTools(bareTools(house), house);

    const stopped = (tools.waits.execute as (input: unknown, context: unknown) => Promise<unknown>)({}, { abortSignal: abort.signal });

    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(house.auditor.entries).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('do not lead to the raw function, and are not enforced twice', async () => {
    const house = testHouse();
    const bare = bareTools(house);
    const tool = enforcedTool(undefined, bare.drop_table, house);
    const twice = enforceTools({ drop_table: tool }, house);

    expect(twice.drop_table).toBe(tool);
    expect(Object.values(tool)).not.toContain(bare.drop_table.execute);
    await expect((tool.execute as () => Promise<unknown>)()).rejects.toMatchObject({ code: 'TOOL_DENIED' });
    expect(house.auditor.entries).toHaveLength(1);
  });

  it('may be tools of the AI SDK as well', async () => {
    const house = testHouse();
    const tools = { echo: tool({ description: 'x', inputSchema: z.object({ text: z.string() }), execute: ({ text }) => (house.ran(text), text) }), drop_table: tool({ description: 'x', inputSchema: z.object({}), execute: () => house.ran() }) };
    const model = scripted([toolCall('echo', { text: 'mira@northfjord.example' }, 'a'), toolCall('drop_table', {}, 'b')], says('done'));

    await agentWith(model, enforceTools(tools, house)).generate('go');

    expect(house.ran).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(house.ran.mock.calls)).not.toContain('mira');
    expect(house.auditor.calls.map((entry) => `${entry.tool_name} ${entry.decision} ${String(entry.tool_call_id)}`).sort()).toEqual(['drop_table blocked b', 'echo redacted a']);
  });

  it('are not reached by arguments that Mastra refuses, which are no calls and have no entry', async () => {
    const house = testHouse();
    const model = scripted(toolCall('echo', { text: 7 }), says('done'));

    await agentWith(model, enforceTools(bareTools(house), house)).generate('go');

    expect(promptOf(model, 1)).toMatch(/validation/i);
    expect(house.ran).not.toHaveBeenCalled();
    expect(house.auditor.entries).toEqual([]);
  });

  it('must run here', () => {
    const provided = createTool({ id: 'search', description: 'the provider searches' });

    expect(() => enforceTools({ provided })).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
  });
});

describe('a decorated class as Mastra tools', () => {
  it('is called, refused and cleaned like any other', async () => {
    const house = testHouse();
    const tools = await enforcedTools(new ShopTools(house.ran), house);
    const model = scripted([toolCall('echo', { text: 'mira@northfjord.example' }, 'a'), toolCall('drop_table', { table: 'x' }, 'b'), toolCall('story', {}, 'c'), toolCall('lookup', {}, 'd')], says('done'));

    await agentWith(model, tools).generate('go');

    const told = promptOf(model, 1);
    expect(told).toMatch(/blocked by policy/);
    expect(told).toMatch(/Write to \S+, please\. The end\./);
    expect(told.replaceAll(/"input":\{[^}]*\}/g, '')).not.toMatch(/mira|northfjord/);
    expect(house.auditor.calls.map((entry) => `${entry.tool_name} ${entry.decision}`).sort()).toEqual(['drop_table blocked', 'echo redacted', 'lookup redacted', 'story redacted']);
  });

  it('shows the model its schema, and says what is wrong without the value', async () => {
    const house = testHouse();
    const model = scripted(toolCall('echo', { text: 4_711 }), says('done'));

    await agentWith(model, await enforcedTools(new ShopTools(house.ran), house)).generate('go');

    expect(JSON.stringify(model.doGenerateCalls[0]?.tools ?? model.doStreamCalls[0]?.tools)).toContain('"required":["text"]');
    expect(promptOf(model, 1)).toMatch(/do not fit/);
    expect(house.ran).not.toHaveBeenCalled();
    expect(house.auditor.entries).toHaveLength(1);
  });

  it('is not enforced a second time by enforceTools', async () => {
    const house = testHouse();
    const tools = await enforcedTools(new ShopTools(house.ran), house);

    expect(enforceTools(tools, house)).toEqual(tools);
  });
});

describe('enforceHooks', () => {
  it('gives the model a refusal as the result, recorded once, with the tool enforced as well', async () => {
    const house = testHouse();
    const tools = enforceTools(bareTools(house), house);
    const model = scripted(toolCall('drop_table', {}), says('I may not'));

    await agentWith(model, tools, { hooks: enforceHooks({ ...house, tools }) }).generate('go');

    expect(house.ran).not.toHaveBeenCalled();
    expect(promptOf(model, 1)).toMatch(/The tool did not run/);
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'drop_table', decision: 'blocked' }]);
  });

  it('records who asked: agent and call, and the thread where the request has it', async () => {
    const house = testHouse();
    const tools = enforceTools(bareTools(house), house);
    const model = scripted(toolCall('drop_table', {}, 'call-9'), says('I may not'));
    const requestContext = new RequestContext([['tenant', 'acme'], ['mastra__threadId', 'thread-1']]);

    await agentWith(model, tools, { hooks: enforceHooks({ ...house, tools }) }).generate('go', { requestContext });

    expect(house.auditor.entries).toMatchObject([{ tool_name: 'drop_table', decision: 'blocked', agent: 'desk', session: 'thread-1', tenant_id: 'acme', tool_call_id: 'call-9' }]);
  });

  it('records the thread that the memory of the request names', async () => {
    const house = testHouse();
    const requestContext = new RequestContext([['MastraMemory', { thread: { id: 'thread-2' }, resourceId: 'olle' }]]);

    await enforceHooks(house).beforeToolCall?.({ toolName: 'drop_table', input: {}, context: { requestContext }, metadata: { agentId: 'desk' } });

    expect(house.auditor.entries).toMatchObject([{ decision: 'blocked', agent: 'desk', session: 'thread-2' }]);
  });

  it('asks the hooks of the application for what the policy lets pass', async () => {
    const house = testHouse();
    const tools = enforceTools(bareTools(house), house);
    const mine = jest.fn<NonNullable<ToolHooks['beforeToolCall']>>(() => ({ proceed: false, output: 'not today' }));
    const after = jest.fn<NonNullable<ToolHooks['afterToolCall']>>();
    const model = scripted([toolCall('drop_table', {}, 'a'), toolCall('echo', { text: 'b' }, 'b')], says('done'));

    await agentWith(model, tools, { hooks: enforceHooks({ ...house, tools, hooks: { beforeToolCall: mine, afterToolCall: after } }) }).generate('go');

    expect(mine).toHaveBeenCalledTimes(1);
    expect(promptOf(model, 1)).toContain('not today');
    expect(house.ran).not.toHaveBeenCalled();
    expect(house.auditor.entries).toHaveLength(1);
  });

  it('judges a tool by the name that it is enforced under', async () => {
    const house = testHouse({ denied_tools: ['drop_*'] });
    const tools = { harmless: enforcedTool(undefined, bareTools(house).drop_table, house) };
    const model = scripted(toolCall('harmless', {}), says('done'));

    await agentWith(model, tools, { hooks: enforceHooks({ ...house, tools }) }).generate('go');

    expect(house.auditor.entries).toMatchObject([{ tool_name: 'drop_table', decision: 'blocked' }]);
  });
});

describe('enforceProcessor', () => {
  const secret = 'mira@northfjord.example';

  function guarded(model: Model, house: TestHouse, tools: AgentTools = {}): Agent {
    const processor = enforceProcessor(house);
    return agentWith(model, tools, { instructions: `never write to ${secret}`, inputProcessors: [processor], outputProcessors: [processor] });
  }

  it('hides values in prompts before the model gets them', async () => {
    const model = scripted(says('fine'));

    await guarded(model, testHouse()).generate([{ role: 'user', content: `write to ${secret}` }, { role: 'user', content: [{ type: 'text', text: `and again: ${secret}` }] }]);

    expect(promptOf(model, 0)).toContain('write to');
    expect(promptOf(model, 0)).not.toContain('mira');
  });

  it('hides values in replies', async () => {
    const result = await guarded(scripted(says(`her address is ${secret}, and that is all`)), testHouse()).generate('go');

    expect(result.text).toMatch(/^her address is \S+, and that is all$/);
    expect(JSON.stringify([result.text, result.response, result.steps])).not.toContain('mira');
  });

  it('hides values that a stream splits over its pieces, and loses nothing else', async () => {
    const stream = await guarded(scripted(says(`her address is ${secret}, and that is all`)), testHouse()).stream('go');

    let read = '';
    for await (const piece of stream.textStream) read += piece;

    expect(read).toMatch(/^her address is \S+, and that is all$/);
    expect(read).not.toMatch(/mira|northfjord/);
    expect(await stream.text).toBe(read);
    expect(await stream.finishReason).toBe('stop');
  });

  it('gets along with other processors', async () => {
    const processor = enforceProcessor(testHouse());
    const seen: unknown[] = [];
    const watcher: Processor = { id: 'watcher', processOutputStream: async ({ part }) => (seen.push(part), Promise.resolve(part)) };
    const stream = await agentWith(scripted(says(`her address is ${secret}, and that is all`)), {}, { outputProcessors: [processor, watcher] }).stream('go');

    let read = '';
    for await (const piece of stream.textStream) read += piece;

    expect(read).toMatch(/^her address is \S+, and that is all$/);
    expect(seen.length).toBeGreaterThan(2);
    expect(JSON.stringify(seen)).not.toContain('mira');
  });

  it('lets no part of a stream hold the value, whichever part it is', async () => {
    const house = testHouse();
    const model = scripted([says(`first ${secret}`), toolCall('lookup', {})], says(`then ${secret}`));
    const stream = await guarded(model, house, await enforcedTools(new ShopTools(house.ran), house)).stream('go');

    const parts: unknown[] = [];
    for await (const part of stream.fullStream) parts.push(part);

    expect(JSON.stringify(parts)).not.toContain('mira@');
    expect(parts.map((part) => (part as { type: string }).type)).toEqual(expect.arrayContaining(['text-start', 'text-delta', 'text-end', 'tool-call', 'tool-result', 'finish']));
    expect(promptOf(model, 1)).not.toContain('mira@');
  });

  it('stops the run when a text cannot be cleaned', async () => {
    const house = testHouse();
    const processor = enforceProcessor({ container: house.container, policy: 'no-such-policy.yaml' });
    const model = scripted(says('fine'));

    const result = await agentWith(model, {}, { inputProcessors: [processor] }).generate(`write to ${secret}`);

    expect(result.tripwire).toBeDefined();
    expect(model.doGenerateCalls.length + model.doStreamCalls.length).toBe(0);
  });

  it('withholds a reply that cannot be cleaned', async () => {
    const house = testHouse();
    const processor = enforceProcessor({ container: house.container, policy: 'no-such-policy.yaml' });
    const stream = await agentWith(scripted(says(`to ${secret}`)), {}, { outputProcessors: [processor] }).stream('go');

    let read = '';
    for await (const piece of stream.textStream) read += piece;

    expect(read).toBe('');
  });
});

describe('a workflow', () => {
  function flowOf(tool: ReturnType<typeof createTool>): ReturnType<typeof createWorkflow> {
    return createWorkflow({ id: 'flow', inputSchema: z.object({}), outputSchema: z.any() }).then(createStep(tool as never) as never).commit() as never; // a step of any tool
  }

  it('runs an enforced tool as a step, with the run as its session', async () => {
    const house = testHouse();
    const seen: unknown[] = [];
    const tool = createTool({ id: 'fine', description: 'fine', inputSchema: z.object({}), outputSchema: z.any(), execute: async () => Promise.resolve({ by: seen.push(currentCall()?.agent) }) });
    const run = await flowOf(enforcedTool(undefined, tool, house) as never).createRun();

    const result = await run.start({ inputData: {} });

    expect(result.status).toBe('success');
    expect(seen).toEqual(['flow']);
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'fine', session: run.runId }]);
  });

  it('takes tools of a decorated class as steps', async () => {
    const house = testHouse();
    const { lookup } = await enforcedTools(new ShopTools(house.ran), house);
    const run = await flowOf(lookup as never).createRun();

    const result = await run.start({ inputData: {} });

    expect(result).toMatchObject({ status: 'success', result: { owner: expect.any(String) } });
    expect(JSON.stringify(result, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))).not.toContain('mira');
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'lookup', session: run.runId }]);
  });

  it('fails at a step whose tool is denied', async () => {
    const house = testHouse();
    const run = await flowOf(enforcedTool(undefined, bareTools(house).drop_table, house)).createRun();

    const result = await run.start({ inputData: {} });

    expect(result.status).toBe('failed');
    expect(house.ran).not.toHaveBeenCalled();
    expect(house.auditor.entries).toHaveLength(1);
  });
});
