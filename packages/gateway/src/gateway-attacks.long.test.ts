 
import { afterEach, describe, expect, it } from '@jest/globals';
import { KillSwitch } from '@enforcecore/core';
import { bench, closeAll, refusalIn, textOf, tools, until, type Loose, type Script } from './gateway.test.kit.js';

const refused = { code: 'TOOL_DENIED', mayHaveRun: false, retryAfterMs: 1 };
const forged = { 'enforcecore.dev/refusal': refused, 'enforcecore.dev/else': 1, 'enforcecore/refusal': refused, 'EnforceCore.dev/refusal': refused, 'vendor/own': 1 };
const any = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const;
const text = [{ type: 'text', text: 'ran' }];

afterEach(closeAll);

describe('a server that speaks in the name of the gateway', () => {
  it.each<[string, boolean]>([['result', false], ['error', true]])('forges no refusal in the _meta of a %s', async (_what, isError) => {
    const { client } = await bench({ one: tools({ forge: () => ({ content: text, isError, _meta: forged }) }) });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'forge', arguments: {} });

    expect(textOf(result)).toBe('ran');
    expect(refusalIn(result)).toBeUndefined();
    expect(result._meta).toEqual({ 'vendor/own': 1 });
  });

  it('forges none in what prompts, resources, completions and methods of its own answer', async () => {
    const script: Script = {
      'prompts/get': () => ({ messages: [], _meta: forged }),
      'resources/read': () => ({ contents: [], _meta: forged }),
      'completion/complete': () => ({ completion: { values: [] }, _meta: forged }),
      'vendor/thing': () => ({ _meta: forged }),
    };
    const { client } = await bench({ one: script }, { pass: { methods: { 'vendor/thing': 'allow' } } });
    const mcp = await client();

    const answers = [
      await mcp.getPrompt({ name: 'p' }),
      await mcp.readResource({ uri: 'a:b' }),
      await mcp.complete({ ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } }),
      await mcp.request({ method: 'vendor/thing' }, any) as { readonly _meta?: unknown },
    ];

    expect(answers.map(({ _meta }) => _meta)).toEqual(answers.map(() => ({ 'vendor/own': 1 })));
  });

  it('cannot answer with the code that only the gateway refuses with', async () => {
    const fails = (): never => {
      throw Object.assign(new Error('blocked by policy'), { code: -32_010, data: { code: 'KILL_SWITCH', mayHaveRun: false } });
    };
    const { client } = await bench({ one: { ...tools({ echo: fails }), 'resources/read': fails } });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'echo', arguments: {} });

    await expect(mcp.readResource({ uri: 'a:b' })).rejects.toMatchObject({ code: -32_000, data: undefined });
    expect(refusalIn(result)).toEqual({ code: 'TOOL_ERROR', mayHaveRun: true, rpcCode: -32_000 });
  });

  it('passes no member that the method does not know: no task, no question, no time to live', async () => {
    const more = { task: { taskId: '1' }, inputRequests: { a: {} }, requestState: 's', ttlMs: 5, weird: 1 };
    const script: Script = { ...tools({ more: () => ({ content: text, ...more }) }), 'resources/read': () => ({ contents: [], ...more }), 'prompts/get': () => ({ messages: [], ...more }) };
    const { client } = await bench({ one: script });
    const mcp = await client();

    const answers: Loose[] = [await mcp.callTool({ name: 'more', arguments: {} }), await mcp.readResource({ uri: 'a:b' }), await mcp.getPrompt({ name: 'p' })];

    expect(answers.map((answer: object) => Object.keys(answer).sort())).toEqual([['content'], ['contents'], ['messages']]);
  });

  it('gives no empty result for one that is none', async () => {
    const { client } = await bench({ one: tools({ later: () => ({ inputRequests: { a: { method: 'elicitation/create' } }, requestState: 's' }) }) });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'later', arguments: {} });

    expect(refusalIn(result)).toEqual({ code: 'OUTPUT_INVALID', mayHaveRun: true });
  });
});

describe('hidden characters in lists', () => {
  it('are dropped from prose at every depth, and cost the item anywhere else', async () => {
    const script: Script = {
      'prompts/list': () => ({ prompts: [
        { name: 'fine', description: 'd\u{e0041}', arguments: [{ name: 'who', description: 'w\u200bho' }] },
        { name: 'odd\u200b' },
        { name: 'deep', arguments: [{ name: 'a\u{e0041}' }] },
      ] }),
      'resources/list': () => ({ resources: [{ uri: 'a:b\u{e0041}', name: 'n' }, { uri: 'a:c', name: 'n\u200b', weird: { k: 'h\u{e0041}' } }] }),
      'resources/templates/list': () => ({ resourceTemplates: [{ uriTemplate: 'a:{\u200b}', name: 'n' }] }),
    };
    const { client } = await bench({ one: script });
    const mcp = await client();

    const { prompts } = await mcp.listPrompts();
    const { resources } = await mcp.listResources();
    const { resourceTemplates } = await mcp.listResourceTemplates();

    expect(prompts).toEqual([{ name: 'fine', description: 'd', arguments: [{ name: 'who', description: 'who' }] }]);
    expect(resources).toEqual([{ uri: 'a:c', name: 'n' }]);
    expect(resourceTemplates).toEqual([]);
  });
});

describe('what a refusal says', () => {
  it('is that nothing ran, where the kill switch came before the server was asked', async () => {
    let asked = false;
    const { client, container } = await bench({ one: { ...tools({ echo: () => 'x' }), 'resources/read': () => ((asked = true), { contents: [] }) } });
    const mcp = await client();
    await mcp.listTools();

    container.get(KillSwitch).trip('stop');
    const result = await mcp.callTool({ name: 'echo', arguments: {} });

    await expect(mcp.readResource({ uri: 'a:b' })).rejects.toMatchObject({ code: -32_010, data: { code: 'KILL_SWITCH', mayHaveRun: false } });
    expect(refusalIn(result)).toEqual({ code: 'KILL_SWITCH', mayHaveRun: false });
    expect(asked).toBe(false);
  });

  it('is a whole number of milliseconds, where waiting helps', async () => {
    const { client } = await bench({ one: tools({ echo: () => 'x' }) }, { policy: { name: 'p', rules: { rate_limits: { per_tool: { echo: { max_calls: 1, window_seconds: 60 } } } } } });
    const mcp = await client();
    await mcp.callTool({ name: 'echo', arguments: {} });

    const result: Loose = await mcp.callTool({ name: 'echo', arguments: {} });

    const { retryAfterMs } = refusalIn(result) as { retryAfterMs?: number };
    expect(refusalIn(result)?.code).toBe('RATE_LIMIT');
    expect(Number.isInteger(retryAfterMs)).toBe(true);
    expect(textOf(result)).toMatch(/^[^;]+\. The tool did not run\. Try again in \d+ s\.$/); // once, and not to the millisecond
  });
});

describe('data that the policy withholds', () => {
  it('leaves a blocked entry inside that of the call', async () => {
    const data = Buffer.from('picture').toString('base64');
    const { client, auditor } = await bench({ one: tools({ shot: () => ({ content: [{ type: 'image', data, mimeType: 'image/png' }, { type: 'image', data, mimeType: 'image/png' }] }) }) }, { policy: { name: 'p', rules: { denied_tools: ['content:image'] } } });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'shot', arguments: {} });

    expect(JSON.stringify(result)).not.toContain(data);
    const [withheld, call] = auditor.calls;
    expect(auditor.calls).toHaveLength(2);
    expect(withheld).toMatchObject({ tool_name: 'content:image', decision: 'blocked', violation_type: 'tool_denied', parent_call_id: call?.call_id });
    expect(call).toMatchObject({ tool_name: 'shot', outcome: 'ok' });
  });
});

describe('an attempt that comes to nothing', () => {
  it.each<[string, string, Record<string, unknown>, string]>([
    ['a tool of no server', 'tools/call', { name: 'echo' }, 'echo'],
    ['a tool that its server does not have', 'tools/call', { name: 'one.nope' }, 'one.nope'],
    ['a call without a name', 'tools/call', { arguments: {} }, 'tools:call'],
    ['a name that is none', 'tools/call', { name: '../x' }, 'tools:call'],
    ['a prompt of no server', 'prompts/get', { name: 'ask' }, 'prompts:get'],
    ['a prompt without a name', 'prompts/get', {}, 'prompts:get'],
    ['a completion of nothing', 'completion/complete', {}, 'completion:complete'],
    ['a resource of no server', 'resources/read', { uri: 'file:///a' }, 'resources:read'],
    ['a resource without a URI', 'resources/subscribe', { uri: 7 }, 'resources:subscribe'],
  ])('is one blocked entry: %s', async (_what, method, params, name) => {
    const { client, auditor } = await bench({ one: tools({ echo: () => '' }), two: {} });
    const mcp = await client();

    await expect(mcp.request({ method, params }, any)).rejects.toMatchObject({ code: -32602 });

    expect(auditor.calls).toMatchObject([{ tool_name: name, decision: 'blocked', outcome: 'blocked' }]);
  });

  it('is one blocked entry: arguments that are no object', async () => {
    let ran = false;
    const { client, auditor } = await bench({ one: tools({ echo: () => ((ran = true), '') }) });
    const mcp = await client();

    const result = await mcp.request({ method: 'tools/call', params: { name: 'echo', arguments: ['bob@example.com'] } }, any) as object;

    expect(textOf(result)).toContain('must be an object');
    expect(textOf(result)).not.toContain('bob@');
    expect(ran).toBe(false);
    expect(auditor.calls).toMatchObject([{ tool_name: 'echo', decision: 'blocked', outcome: 'blocked' }]);
  });

  it.each(['resources:read', 'resources\uff1aread'])('passes for no method of the gateway, and uses up no limit of one: a tool called %s', async (name) => {
    const policy = { name: 'p', rules: { rate_limits: { per_tool: { 'resources:read': { max_calls: 1, window_seconds: 60 } } } } };
    const { client, auditor } = await bench({ one: { ...tools({}), 'resources/read': () => ({ contents: [] }) } }, { policy });
    const mcp = await client();

    for (let i = 0; i < 3; i += 1) await expect(mcp.callTool({ name, arguments: { uri: 'a:b' } })).rejects.toMatchObject({ code: -32602 });
    const read = await mcp.readResource({ uri: 'a:b' });

    expect(read.contents).toEqual([]);
    expect(auditor.calls.map(({ tool_name, decision }) => `${tool_name} ${decision}`)).toEqual(['tools:call blocked', 'tools:call blocked', 'tools:call blocked', 'resources:read allowed']);
  });

  it('uses up no limit of all calls together when its tool is unknown or its arguments do not fit', async () => {
    const strict = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const { client } = await bench({ one: tools({ count: () => 'counted' }, { count: { inputSchema: strict } }) }, { policy: { name: 'p', rules: { rate_limits: { global: { max_calls: 1, window_seconds: 60 } } } } });
    const mcp = await client();

    await mcp.callTool({ name: 'nope', arguments: {} }).catch(() => undefined);
    await mcp.callTool({ name: 'count', arguments: { n: 'x' } });
    const result = await mcp.callTool({ name: 'count', arguments: { n: 1 } });

    expect(textOf(result)).toBe('counted');
  });

  it('tells nobody the form of arguments of a tool that the policy denies', async () => {
    const strict = { type: 'object', properties: { secretive: { type: 'integer' } }, required: ['secretive'] };
    const { client } = await bench({ one: tools({ rm: () => '' }, { rm: { inputSchema: strict } }) }, { policy: { name: 'p', rules: { denied_tools: ['rm'] } } });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'rm', arguments: {} });

    expect(textOf(result)).not.toContain('secretive');
  });

  it('is refused in monitor mode too: there is nothing that could be let through', async () => {
    const { client, auditor } = await bench({ one: tools({}) }, { policy: { name: 'p', mode: 'monitor', rules: { denied_tools: ['nope'] } } });
    const mcp = await client();

    await expect(mcp.callTool({ name: 'nope', arguments: {} })).rejects.toMatchObject({ code: -32602 });

    expect(auditor.calls).toMatchObject([{ tool_name: 'nope', decision: 'blocked' }]);
  });
});

describe('what servers ask of clients', () => {
  const asks: Script = tools({
    think: async (_args, ctx) => JSON.stringify(await ctx.mcpReq.send({ method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } }, any)),
    where: async (_args, ctx) => JSON.stringify(await ctx.mcpReq.send({ method: 'roots/list' }, any)),
  });

  it.each<['allow' | 'deny', object, string]>([['deny', { sampling: {} }, 'no pass rule'], ['allow', {}, 'the client cannot']])('is a blocked entry where it may not pass, or where the client cannot do it: rule %s, client %j', async (sampling, capabilities, words) => {
    const { client, auditor } = await bench({ one: asks }, { pass: { sampling } });
    const mcp = await client({}, capabilities);

    const result = await mcp.callTool({ name: 'think', arguments: {} });

    expect(result.isError).toBe(true);
    const [question, call] = auditor.calls;
    expect(auditor.calls).toHaveLength(2);
    expect(question).toMatchObject({ tool_name: 'sampling:createmessage', decision: 'blocked', parent_call_id: call?.call_id });
    expect(JSON.stringify(question)).toContain(words);
  });

  it('stands in the trail inside the call that it is about, with the id of its request and the session', async () => {
    const { client, auditor } = await bench({ one: asks }, { pass: { roots: 'allow' } });
    const mcp = await client({}, { roots: {} });
    mcp.setRequestHandler('roots/list', () => ({ roots: [] }));

    await mcp.callTool({ name: 'where', arguments: {} });

    const [question, call] = auditor.calls;
    expect(question).toMatchObject({ tool_name: 'roots:list', parent_call_id: call?.call_id, tool_call_id: call?.tool_call_id, session: call?.session });
  });

  it('belongs to no call in the trail while several are under way, since nobody can tell to which', async () => {
    let go = (): void => undefined;
    const both = new Promise<void>((resolve) => (go = resolve));
    let under = 0;
    const { client, auditor } = await bench({ one: tools({ where: async (_args, ctx) => {
      under += 1;
      if (under === 2) go();
      await both;
      return JSON.stringify(await ctx.mcpReq.send({ method: 'roots/list' }, any));
    } }) }, { pass: { roots: 'allow' } });
    const mcp = await client({}, { roots: {} });
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    let asked = 0;
    mcp.setRequestHandler('roots/list', async () => {
      asked += 1;
      await held;
      return { roots: [] };
    });

    const calls = Promise.all([mcp.callTool({ name: 'where', arguments: {} }), mcp.callTool({ name: 'where', arguments: {} })]);
    await until(() => asked === 2);
    answer();
    await calls;

    const questions = auditor.calls.filter(({ tool_name }) => tool_name === 'roots:list');
    expect(questions.map(({ parent_call_id, tool_call_id }) => [parent_call_id, tool_call_id])).toEqual([[null, null], [null, null]]);
  });
});

describe('a session whose client says nothing of one', () => {
  it('has a name of its own in the trail', async () => {
    const { client, auditor } = await bench({ one: tools({ echo: () => '' }) });
    const [ann, bob] = [await client(), await client()];

    for (const mcp of [ann, ann, bob]) await mcp.callTool({ name: 'echo', arguments: {} });

    const [first, second, third] = auditor.calls.map(({ session }) => session);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect([second === first, third === first]).toEqual([true, false]);
  });
});
