import { describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/client';
import type { McpServer } from '@modelcontextprotocol/server';
import { currentCall } from '@enforcecore/core';
import { z } from 'zod';
import { enforceServer } from './enforce-server.js';
import type { McpOptions } from './mcp-options.js';
import { connected, newServer, testHouse, textOf, until, type TestHouse } from './mcp.test.kit.js';
import { refusalKey } from './tool-result.js';

interface Shop extends TestHouse {
  readonly server: ReturnType<typeof newServer>;
  readonly client: Client;
}

/** A server whose tools were registered by somebody who never heard of enforcement. */
async function shop(options: McpOptions = {}, rules?: object): Promise<Shop> {
  const house = testHouse(rules);
  const { ran, container } = house;
  const server = newServer();
  const say = (result: unknown): { content: [{ type: 'text'; text: string }] } => ({ content: [{ type: 'text', text: String(result) }] });
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, ({ text }) => say(ran(text) === 'done' ? text : 'odd'));
  server.registerTool('drop_table', { inputSchema: z.object({}) }, () => say(ran()));
  server.registerTool('limited', {}, () => say(ran()));
  server.registerTool('lookup', {}, () => ({ ...say(ran()), structuredContent: { owner: 'mira@northfjord.example' } }));
  server.registerTool('fails', {}, () => {
    ran();
    throw new Error('no such customer: mira@northfjord.example');
  });
  server.registerTool('waits', {}, async (context) => {
    ran();
    await new Promise((resolve) => context.mcpReq.signal.addEventListener('abort', resolve, { once: true }));
    ran('heard');
    throw new Error('stopped');
  });
  enforceServer(server, { container, handlers: 'sdk', ...options });
  return { ...house, server, client: await connected(server) };
}

describe('an MCP server under enforceServer', () => {
  it('makes an allowed call, and records it once', async () => {
    const { client, auditor } = await shop();

    const result = await client.callTool({ name: 'echo', arguments: { text: 'hello' } });

    expect(textOf(result)).toBe('hello');
    expect(auditor.entries).toMatchObject([{ tool_name: 'echo', decision: 'allowed', outcome: 'ok' }]);
  });

  it('never runs a denied tool, and tells the model so in a result', async () => {
    const { client, auditor, ran } = await shop();

    const result = await client.callTool({ name: 'drop_table', arguments: {} });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TOOL_DENIED', mayHaveRun: false } } });
    expect(textOf(result)).toMatch(/blocked by policy "shop".*The tool did not run/);
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.entries).toMatchObject([{ tool_name: 'drop_table', decision: 'blocked', outcome: 'blocked' }]);
  });

  it('does not list what it would refuse, unless told to', async () => {
    const { client } = await shop();
    const { client: frank } = await shop({ listed: 'all' });

    const names = (await client.listTools()).tools.map((tool) => tool.name);
    const all = (await frank.listTools()).tools.map((tool) => tool.name);

    expect(names).toEqual(['echo', 'limited', 'lookup', 'fails', 'waits']);
    expect(all).toContain('drop_table');
  });

  it('redacts arguments before the tool and results before the client', async () => {
    const { client, ran } = await shop();

    const said = await client.callTool({ name: 'echo', arguments: { text: 'write to mira@northfjord.example' } });
    const found = await client.callTool({ name: 'lookup' });

    expect(ran.mock.calls[0]?.[0]).not.toContain('mira');
    expect(textOf(said)).not.toContain('mira');
    expect(JSON.stringify(found)).not.toContain('mira');
    expect(found).toHaveProperty('structuredContent.owner');
  });

  it('redacts what an error of the tool says', async () => {
    const { client, auditor } = await shop();

    const result = await client.callTool({ name: 'fails' });

    expect(result).toMatchObject({ isError: true });
    expect(textOf(result)).toContain('the tool failed: no such customer');
    expect(textOf(result)).not.toContain('mira');
    expect(auditor.entries).toMatchObject([{ tool_name: 'fails', outcome: 'tool_error' }]);
  });

  it('says when to try again where a limit was reached', async () => {
    const { client, ran } = await shop();
    await client.callTool({ name: 'limited' });

    const result = await client.callTool({ name: 'limited' });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'RATE_LIMIT', retryAfterMs: expect.any(Number) } } });
    expect(textOf(result)).toMatch(/Try again in \d+ s/);
    expect(ran).toHaveBeenCalledTimes(1);
  });

  it('ends a tool by its time limit, and tells the tool', async () => {
    const { client, auditor, ran } = await shop({ timeoutMs: 20 });

    const result = await client.callTool({ name: 'waits' });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TIMEOUT', mayHaveRun: true } } });
    expect(ran).toHaveBeenLastCalledWith('heard');
    expect(auditor.entries).toHaveLength(1);
  });

  it('ends a tool whose request the client cancels', async () => {
    const { client, auditor, ran } = await shop();
    const cancel = new AbortController();
    ran.mockImplementation(() => {
      cancel.abort();
      return 'done';
    });

    const call = client.callTool({ name: 'waits' }, { signal: cancel.signal });

    await expect(call).rejects.toThrow();
    await until(() => auditor.entries.length > 0);
    expect(auditor.entries).toMatchObject([{ tool_name: 'waits', outcome: 'cancelled' }]);
  });

  it('keeps parallel calls apart', async () => {
    const { client, auditor } = await shop();
    const texts = Array.from({ length: 20 }, (_, i) => `text ${String(i)}`);

    const results = await Promise.all(texts.map((text) => client.callTool({ name: 'echo', arguments: { text } })));

    expect(results.map(textOf)).toEqual(texts);
    expect(auditor.entries).toHaveLength(20);
    expect(new Set(auditor.entries.map((entry) => entry.tool_call_id))).toHaveProperty('size', 20);
  });

  it('records a call with wrong arguments once, without running the tool', async () => {
    const { client, auditor, ran } = await shop();

    const result = await client.callTool({ name: 'echo', arguments: { text: 7 } });

    expect(result).toMatchObject({ isError: true });
    expect(textOf(result)).toContain('Input validation error');
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.entries).toMatchObject([{ tool_name: 'echo', decision: 'blocked', outcome: 'blocked', error_class: 'ToolInputError' }]);
  });

  it('refuses a denied tool before it says what is wrong with its arguments', async () => {
    const { client, auditor } = await shop();

    const result = await client.callTool({ name: 'drop_table', arguments: 'nonsense' as never });

    expect(JSON.stringify(result)).toContain('TOOL_DENIED');
    expect(auditor.entries).toMatchObject([{ tool_name: 'drop_table', decision: 'blocked' }]);
  });
});

describe('hostile requests', () => {
  it.each(['__proto__', 'constructor', '', 'a\u0000b', '\ud800', 'drop_tаble', 'x'.repeat(100_000)])('end in an answer and never in a crash: tool %#', async (name) => {
    const { client, ran, auditor } = await shop();

    const answer = await client.callTool({ name, arguments: {} }).then(
      (result) => result.isError,
      () => true,
    );
    const after = await client.callTool({ name: 'echo', arguments: { text: 'still here' } });

    expect(answer).toBe(true);
    expect(textOf(after)).toBe('still here');
    expect(ran).toHaveBeenCalledTimes(1);
    expect(auditor.entries).toHaveLength(2);
  });

  it('are answered by an empty list and by refusals while the policy cannot be loaded', async () => {
    const house = testHouse();
    const server = newServer();
    server.registerTool('echo', {}, () => ({ content: [{ type: 'text', text: String(house.ran()) }] }));
    const client = await connected(enforceServer(server, { handlers: 'sdk', container: house.container, policy: 'no-such-policy.yaml' }));

    const { tools } = await client.listTools();
    const result = await client.callTool({ name: 'echo' });

    expect(tools).toEqual([]);
    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'POLICY_LOAD' } } });
    expect(house.ran).not.toHaveBeenCalled();
  });
});

describe('tools that come to an enforced server later', () => {
  it('are enforced as those before them', async () => {
    const { client, server, ran, auditor } = await shop();

    server.registerTool('drop_index', {}, () => ({ content: [{ type: 'text', text: String(ran()) }] }));
    const result = await client.callTool({ name: 'drop_index' });

    expect(result).toMatchObject({ isError: true });
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.entries).toHaveLength(1);
  });

  it('are enforced after an update of the function, the schema and the name', async () => {
    const { server, client, ran, auditor } = await shop();
    const tool = server.registerTool('fine', {}, () => ({ content: [] }));

    tool.update({ name: 'drop_all', paramsSchema: z.object({ n: z.number() }), callback: ((): unknown => ran()) as never });
    const result = await client.callTool({ name: 'drop_all', arguments: { n: 1 } });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TOOL_DENIED' } } });
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.entries).toMatchObject([{ tool_name: 'drop_all' }]);
  });

  it('give nobody the raw function', async () => {
    const { server, ran } = await shop();
    const tool = server.registerTool('drop_view', {}, () => ({ content: [{ type: 'text', text: String(ran()) }] }));
    const context = { mcpReq: { id: 1, signal: new AbortController().signal } };

    const byHandler = await (tool.handler as (context: unknown) => unknown)(context);
    const byExecutor = await tool.executor({}, context as never);

    expect([byHandler, byExecutor]).toMatchObject([{ isError: true }, { isError: true }]);
    expect(ran).not.toHaveBeenCalled();
  });

  it('are enforced when a handler is put in place of the SDK\'s own', async () => {
    const { server, client, ran, auditor } = await shop();

    server.server.setRequestHandler('tools/call', () => ({ content: [{ type: 'text', text: String(ran()) }] }));
    const refused = await client.callTool({ name: 'drop_table' });
    const made = await client.callTool({ name: 'anything' });

    expect(refused).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TOOL_DENIED' } } });
    expect(textOf(made)).toBe('done');
    expect(auditor.entries).toMatchObject([{ decision: 'blocked' }, { tool_name: 'anything', decision: 'allowed' }]);
  });

  it('cannot be enforced twice', async () => {
    const { server } = await shop();

    expect(() => enforceServer(server)).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
    expect(() => enforceServer({} as never)).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
  });
});

describe('a low-level server under enforceServer', () => {
  function lowServer(): { readonly house: TestHouse; readonly server: McpServer['server']; readonly seen: unknown[] } {
    const house = testHouse();
    const seen: unknown[] = [];
    const { server } = newServer();
    server.registerCapabilities({ tools: {} });
    server.setRequestHandler('tools/list', () => ({ tools: ['echo', 'drop_table'].map((name) => ({ name, inputSchema: { type: 'object' as const } })) }));
    server.setRequestHandler('tools/call', (request) => {
      seen.push(request.params.arguments, currentCall()?.tool);
      return { content: [{ type: 'text', text: 'mira@northfjord.example' }] };
    });
    return { house, server, seen };
  }

  it('enforces the handler that it has', async () => {
    const { house, server, seen } = lowServer();
    const client = await connected(enforceServer(server, { handlers: 'own', container: house.container }));

    const refused = await client.callTool({ name: 'drop_table', arguments: {} });
    const made = await client.callTool({ name: 'echo', arguments: { to: 'mira@northfjord.example' } });

    expect(refused).toMatchObject({ isError: true });
    expect(JSON.stringify([made, seen])).not.toContain('mira');
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe('echo');
    expect(house.auditor.entries).toHaveLength(2);
  });

  it('filters its list', async () => {
    const { house, server } = lowServer();
    const client = await connected(enforceServer(server, { handlers: 'own', container: house.container }));

    const { tools } = await client.listTools();

    expect(tools.map((tool) => tool.name)).toEqual(['echo']);
  });

  it('enforces what the fallback handler answers', async () => {
    const { house, server, seen } = lowServer();
    server.removeRequestHandler('tools/call');
    server.fallbackRequestHandler = () => Promise.resolve({ content: [{ type: 'text', text: String(house.ran()) }] });
    const client = await connected(enforceServer(server, { handlers: 'own', container: house.container }));

    const refused = await client.callTool({ name: 'drop_table', arguments: {} });
    const made = await client.callTool({ name: 'other', arguments: {} });

    expect(refused).toMatchObject({ isError: true });
    expect(textOf(made)).toBe('done');
    expect(house.ran).toHaveBeenCalledTimes(1);
    expect(seen).toEqual([]);
  });

  it('takes session, client and tenant from the transport and the token, never from what the client says', async () => {
    const { house, server } = lowServer();
    enforceServer(server, { handlers: 'own', container: house.container, caller: { tenant: 'nobody' }, callerOf: () => ({ agent: undefined }) });
    const handler = (Reflect.get(server, '_requestHandlers') as Map<string, (request: unknown, context: unknown) => Promise<unknown>>).get('tools/call');
    const mcpReq = { id: 9, method: 'tools/call', signal: new AbortController().signal };

    await handler?.({ method: 'tools/call', params: { name: 'echo', arguments: {} } }, { sessionId: 's1', mcpReq, http: { authInfo: { token: 't', clientId: 'c1', scopes: [], extra: { tenant: 'acme' } } } });

    expect(house.auditor.entries).toMatchObject([{ tenant_id: 'acme', agent: 'c1', session: 's1', tool_call_id: '9' }]);
  });
});
