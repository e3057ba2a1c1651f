/* eslint-disable @typescript-eslint/no-deprecated -- tests speak the protocol itself */
import { afterEach, describe, expect, it } from '@jest/globals';
import { bench, closeAll, refusalIn, textOf, tools, until, type Loose, type Script } from './gateway.test.kit.js';

const redacting = { name: 'p', rules: { pii_redaction: { enabled: true, categories: ['email'] } } };
const any = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const;

afterEach(closeAll);

const files: Script = {
  'resources/list': () => ({ resources: [{ uri: 'file:///a', name: 'a\u200b' }] }),
  'resources/templates/list': () => ({ resourceTemplates: [{ uriTemplate: 'note://{id}', name: 'notes' }] }),
  'resources/read': ({ uri }) => ({ contents: [{ uri, text: `from bob@example.com at ${uri}` }] }),
  'resources/subscribe': () => ({}),
  'resources/unsubscribe': () => ({}),
  'prompts/list': () => ({ prompts: [{ name: 'ask', arguments: [{ name: 'who' }] }] }),
  'prompts/get': ({ name, arguments: args }) => ({ messages: [{ role: 'user', content: { type: 'text', text: `${name} ${args?.who} of bob@example.com` } }] }),
  'completion/complete': ({ ref, argument }) => ({ completion: { values: [`${ref.name ?? ref.uri}:${argument.value}`] } }),
};

describe('resources, prompts and completions', () => {
  it('lists, reads and cleans resources, each an entry under a name of its own', async () => {
    const { client, auditor } = await bench({ one: files }, { policy: redacting });
    const mcp = await client();

    const { resources } = await mcp.listResources();
    const { resourceTemplates } = await mcp.listResourceTemplates();
    const { contents } = await mcp.readResource({ uri: 'file:///a' });

    expect(resources).toEqual([{ uri: 'file:///a', name: 'a' }]);
    expect(resourceTemplates).toHaveLength(1);
    expect(contents).toEqual([{ uri: 'file:///a', text: 'from <EMAIL> at file:///a' }]);
    expect(auditor.calls.map(({ tool_name }) => tool_name)).toEqual(['resources:list', 'resources:templates:list', 'resources:read']);
  });

  it('refuses what the policy denies with a protocol error, before the server is asked', async () => {
    let asked = false;
    const { client } = await bench({ one: { ...files, 'resources/read': () => ((asked = true), { contents: [] }) } }, { policy: { name: 'p', rules: { denied_tools: ['resources:read'] } } });
    const mcp = await client();

    const read = mcp.readResource({ uri: 'file:///a' });

    await expect(read).rejects.toMatchObject({ code: -32010, data: { code: 'TOOL_DENIED', mayHaveRun: false } });
    expect(asked).toBe(false);
  });

  it('offers no lists that the policy does not name, without entries for them', async () => {
    const { client, auditor } = await bench({ one: files }, { policy: { name: 'p', rules: { allowed_tools: ['echo'] } } });
    const mcp = await client();

    const { resources } = await mcp.listResources();

    expect(resources).toEqual([]);
    expect(auditor.calls).toEqual([]);
  });

  it('lets rules look at the URI, which is an argument like any other', async () => {
    const { client } = await bench({ one: files }, { policy: { name: 'p', rules: { tools: { 'resources:read': { args: { uri: { pattern: 'file:///public/.*' } } } } } } });
    const mcp = await client();

    const inside = await mcp.readResource({ uri: 'file:///public/a' });

    expect(inside.contents).toHaveLength(1);
    await expect(mcp.readResource({ uri: 'file:///etc/passwd' })).rejects.toMatchObject({ data: { code: 'ARGUMENT_VIOLATION' } });
  });

  it('sends each resource to the server that listed it, and none to a server that nobody named', async () => {
    const other: Script = { 'resources/list': () => ({ resources: [{ uri: 'file:///a', name: 'stolen' }, { uri: 'file:///b', name: 'b' }] }), 'resources/read': ({ uri }) => ({ contents: [{ uri, text: 'other' }] }) };
    const { client } = await bench({ one: files, two: other });
    const mcp = await client();

    const early = mcp.readResource({ uri: 'file:///b' });
    await expect(early).rejects.toMatchObject({ code: -32602 });
    const { resources } = await mcp.listResources();
    const read = await Promise.all(['file:///a', 'file:///b'].map((uri) => mcp.readResource({ uri })));

    expect(resources.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(read.map(({ contents }) => (contents[0] as { text: string }).text)).toEqual(['from bob@example.com at file:///a', 'other']);
  });

  it('tells a client only of changes of what it watches', async () => {
    const { client, servers, gateway } = await bench({ one: files });
    const mcp = await client();
    const told: string[] = [];
    mcp.setNotificationHandler('notifications/resources/updated', ({ params }) => void told.push(params.uri));

    await mcp.subscribeResource({ uri: 'file:///a' });
    await servers[0]?.sendResourceUpdated({ uri: 'file:///secret' });
    await servers[0]?.sendResourceUpdated({ uri: 'file:///a' });
    await until(() => told.length > 0);

    expect(told).toEqual(['file:///a']);
    expect(gateway.status()[0]?.state).toBe('ready');
  });

  it('gets prompts under the name of their server, cleaned', async () => {
    const { client, auditor } = await bench({ one: files, two: {} }, { policy: redacting });
    const mcp = await client();

    const { prompts } = await mcp.listPrompts();
    const { messages } = await mcp.getPrompt({ name: 'one.ask', arguments: { who: 'me' } });
    const { completion } = await mcp.complete({ ref: { type: 'ref/prompt', name: 'one.ask' }, argument: { name: 'who', value: 'b' } });

    expect(prompts.map(({ name }) => name)).toEqual(['one.ask']);
    expect(messages).toEqual([{ role: 'user', content: { type: 'text', text: 'ask me of <EMAIL>' } }]);
    expect(completion.values).toEqual(['ask:b']);
    expect(auditor.calls.map(({ tool_name }) => tool_name)).toContain('one.prompts:get');
  });
});

describe('methods that the gateway does not know', () => {
  it('denies them unless a rule names them, and then enforces them', async () => {
    const script: Script = { 'vendor/thing': ({ text }) => ({ answer: `${text} bob@example.com` }), 'vendor/other': () => ({}) };
    const { client, auditor } = await bench({ one: script }, { policy: redacting, pass: { methods: { 'vendor/thing': 'allow', 'vendor/other': 'deny' } } });
    const mcp = await client();

    const passed = await mcp.request({ method: 'vendor/thing', params: { text: 'hi' } }, any);

    expect(passed).toEqual({ answer: 'hi <EMAIL>' });
    await expect(mcp.request({ method: 'vendor/other' }, any)).rejects.toMatchObject({ code: -32601 });
    await expect(mcp.request({ method: 'constructor' }, any)).rejects.toMatchObject({ code: -32601 });
    expect(auditor.calls.map(({ tool_name }) => tool_name)).toEqual(['vendor:thing']);
  });
});

describe('what servers ask of clients', () => {
  const sampling = { messages: [{ role: 'user', content: { type: 'text', text: 'ask bob@example.com' } }], maxTokens: 5 };
  const asking = tools({ think: async (_args, ctx) => {
    const answer = await ctx.mcpReq.send({ method: 'sampling/createMessage', params: sampling }, any) as { content: { text: string } };
    return `model: ${answer.content.text}`;
  } });

  it('passes sampling by rule, cleaned both ways, to the session whose call it is about', async () => {
    const { client, auditor } = await bench({ one: asking }, { policy: redacting, pass: { sampling: 'allow' } });
    const [ann, bob] = [await client({}, { sampling: {} }), await client({}, { sampling: {} })];
    const seen: string[] = [];
    for (const [name, mcp] of [['ann', ann], ['bob', bob]] as const) {
      mcp.setRequestHandler('sampling/createMessage', ({ params }) => {
        seen.push(`${name}: ${JSON.stringify(params.messages)}`);
        return { model: 'm', role: 'assistant', content: { type: 'text', text: `${name} eve@example.com` } };
      });
    }

    const result = await bob.callTool({ name: 'think', arguments: {} });

    expect(textOf(result)).toBe('model: bob <EMAIL>');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain('bob: ');
    expect(seen[0]).toContain('ask <EMAIL>');
    expect(auditor.calls.map(({ tool_name }) => tool_name).sort()).toEqual(['sampling:createmessage', 'think']);
  });

  it('denies sampling where no rule lets it pass', async () => {
    const { client } = await bench({ one: asking });
    const mcp = await client({}, { sampling: {} });
    let wasAsked = false;
    mcp.setRequestHandler('sampling/createMessage', () => ((wasAsked = true), { model: 'm', role: 'assistant', content: { type: 'text', text: '' } }));

    const result = await mcp.callTool({ name: 'think', arguments: {} });

    expect(result.isError).toBe(true);
    expect(wasAsked).toBe(false);
  });

  it('passes elicitation and roots by rule', async () => {
    const script = tools({
      ask: async (_args, ctx) => JSON.stringify(await ctx.mcpReq.send({ method: 'elicitation/create', params: { mode: 'form', message: 'who?', requestedSchema: { type: 'object', properties: {} } } }, any)),
      where: async (_args, ctx) => JSON.stringify(await ctx.mcpReq.send({ method: 'roots/list' }, any)),
    });
    const { client } = await bench({ one: script }, { pass: { elicitation: 'allow', roots: 'allow' } });
    const mcp = await client({}, { elicitation: { form: {} }, roots: {} });
    mcp.setRequestHandler('elicitation/create', () => ({ action: 'decline' as const }));
    mcp.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///work' }] }));

    const asked = await mcp.callTool({ name: 'ask', arguments: {} });
    const where = await mcp.callTool({ name: 'where', arguments: {} });

    expect(textOf(asked)).toContain('decline');
    expect(textOf(where)).toContain('file:///work');
  });
});

describe('while a call is under way', () => {
  it('tells the server that the client took a call back, and records it as cancelled', async () => {
    let cancelled = false;
    const script = tools({ slow: (_args, ctx) => new Promise((resolve) => {
      ctx.mcpReq.signal.addEventListener('abort', () => {
        cancelled = true;
        resolve('late');
      });
    }) });
    const { client, auditor } = await bench({ one: script });
    const mcp = await client();
    const abort = new AbortController();

    const call = mcp.callTool({ name: 'slow', arguments: {} }, { signal: abort.signal });
    await until(() => auditor.intents.length > 0);
    abort.abort();

    await expect(call).rejects.toThrow();
    await until(() => cancelled && auditor.calls.length > 0);
    expect(auditor.calls).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('passes progress on under the token of the client, with its message cleaned', async () => {
    const script = tools({ work: async (_args, ctx) => {
      await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken: ctx.mcpReq._meta?.progressToken ?? '', progress: 1, total: 2, message: 'mailing bob@example.com' } });
      return 'done';
    } });
    const { client } = await bench({ one: script }, { policy: redacting });
    const mcp = await client();
    const seen: unknown[] = [];

    const result = await mcp.callTool({ name: 'work', arguments: {} }, { onprogress: (progress) => seen.push(progress) });

    expect(textOf(result)).toBe('done');
    expect(seen).toEqual([{ progress: 1, total: 2, message: 'mailing <EMAIL>' }]);
  });

  it('ends a call that takes longer than its server may, and records that nobody knows how it went', async () => {
    const { client, auditor } = await bench({ one: tools({ hang: () => new Promise(() => undefined) }) }, { upstreams: { one: { timeoutMs: 50 } } });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'hang', arguments: {} });

    expect(refusalIn(result)).toEqual({ code: 'TIMEOUT', mayHaveRun: true });
    expect(auditor.calls).toMatchObject([{ outcome: 'timeout_unknown' }]);
  });

  it('passes log messages at the level that the client asked for, cleaned', async () => {
    const script = { ...tools({ talk: async (_args, _ctx, server) => {
      for (const level of ['debug', 'error'] as const) await server.notification({ method: 'notifications/message', params: { level, data: { 'bob@example.com': 'eve@example.com' } } });
      return '';
    } }), 'logging/setLevel': () => ({}) };
    const { client } = await bench({ one: script }, { policy: redacting });
    const mcp = await client();
    const seen: unknown[] = [];
    mcp.setNotificationHandler('notifications/message', ({ params }) => void seen.push(params));

    await mcp.setLoggingLevel('warning');
    await mcp.callTool({ name: 'talk', arguments: {} });
    await until(() => seen.length > 0);

    expect(seen).toEqual([{ level: 'error', logger: 'one', data: { '<EMAIL>': '<EMAIL>' } }]);
  });
});

describe('tools that change', () => {
  it('judges them again when the server says so, tells the client, and does not call what is held now', async () => {
    let calls = 0;
    const { client, servers, pins } = await bench({ one: tools({ echo: () => String((calls += 1)) }) });
    const mcp = await client();
    let told = false;
    mcp.setNotificationHandler('notifications/tools/list_changed', () => void (told = true));
    await mcp.callTool({ name: 'echo', arguments: {} });

    pins.held.add('echo');
    await servers[0]?.sendToolListChanged();
    await until(() => told);
    const result = await mcp.callTool({ name: 'echo', arguments: {} });

    expect(refusalIn(result)).toEqual({ code: 'GATEWAY', mayHaveRun: false });
    expect(calls).toBe(1);
  });

  it('follows pages to their end, and uses no list that has none', async () => {
    const endless = { 'tools/list': ({ cursor = '0' }: Loose) => ({ tools: [], nextCursor: String(Number(cursor) + 1) }) };
    const circling = { 'tools/list': () => ({ tools: [], nextCursor: 'again' }) };
    const paged = { 'tools/list': ({ cursor }: Loose) => cursor === undefined ? { tools: [{ name: 'a', inputSchema: { type: 'object' } }], nextCursor: 'b' } : { tools: [{ name: 'b', inputSchema: { type: 'object' } }] } };
    const { client, gateway } = await bench({ endless, circling, paged });
    const mcp = await client();

    const { tools: listed } = await mcp.listTools();

    expect(listed.map(({ name }) => name)).toEqual(['paged.a', 'paged.b']);
    expect(gateway.status().map(({ tools: count }) => count)).toEqual([0, 0, 2]);
  });

  it('offers neither of two tools that policies could not tell apart, nor one whose name is kept for the gateway', async () => {
    const { client } = await bench({ one: tools({ Read: () => '', read: () => '', 'resources:read': () => '', 'a b': () => '', fine: () => '' }) });
    const mcp = await client();

    const { tools: listed } = await mcp.listTools();

    expect(listed.map(({ name }) => name)).toEqual(['fine']);
  });
});

describe('what servers say of themselves', () => {
  it('does not reach the client as instructions', async () => {
    const { client } = await bench({ one: tools({ echo: () => '' }) });
    const mcp = await client();

    await mcp.listTools();

    expect(mcp.getInstructions()).toBeUndefined();
    expect(mcp.getServerVersion()?.name).toBe('enforcecore-gateway');
  });

  it('sends no user to an address: elicitation by URL is refused where elicitation may pass', async () => {
    let wasAsked = false;
    const params = { mode: 'url', message: 'log in', url: 'https://evil.example', elicitationId: '1' };
    const { client } = await bench({ one: tools({ ask: async (_args, ctx) => JSON.stringify(await ctx.mcpReq.send({ method: 'elicitation/create', params }, any)) }) }, { pass: { elicitation: 'allow' } });
    const mcp = await client({}, { elicitation: { form: {}, url: {} } });
    mcp.setRequestHandler('elicitation/create', () => ((wasAsked = true), { action: 'accept' as const }));

    const result = await mcp.callTool({ name: 'ask', arguments: {} });

    expect(result.isError).toBe(true);
    expect(wasAsked).toBe(false);
  });

  it('is kept out of calls: nothing of a request\'s _meta reaches a server but what the gateway puts there', async () => {
    let meta: unknown;
    const { client } = await bench({ one: tools({ echo: (_args, ctx) => ((meta = ctx.mcpReq._meta), '') }) });
    const mcp = await client();

    await mcp.callTool({ name: 'echo', arguments: {}, _meta: { 'vendor/secret': 'bob@example.com' } });

    expect(meta).toBeUndefined();
  });
});

describe('Gateway.start', () => {
  it.each([
    [{}, 'at least one server'],
    [{ a: { prefix: 'x' }, b: { prefix: 'X' } }, 'prefix of another'],
    [{ a: { prefix: 'x.y' }, b: {} }, 'prefix that cannot be used'],
  ])('refuses servers that could not be told apart: %j', async (upstreams, words) => {
    const scripts = Object.fromEntries(Object.keys(upstreams).map((name) => [name, {}]));

    await expect(bench(scripts, { upstreams })).rejects.toThrow(words);
  });
});
