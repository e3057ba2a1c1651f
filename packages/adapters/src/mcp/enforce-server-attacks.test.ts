import { describe, expect, it } from '@jest/globals';
import type { McpServer } from '@modelcontextprotocol/server';
import { defineTool } from '@enforcecore/core/tools';
import { z } from 'zod';
import { enforcedMcpServer, enforceServer, refusalKey, registerEnforced } from './index.js';
import type { McpHandler } from './low-level.js';
import { connected, newServer, testHouse, textOf } from './mcp.test.kit.js';

const notEnforced = expect.objectContaining({ code: 'NOT_ENFORCED' });

function say(text: unknown): { content: [{ type: 'text'; text: string }] } {
  return { content: [{ type: 'text', text: String(text) }] };
}

function handlerOf(server: McpServer): McpHandler {
  const handlers = Reflect.get(server.server, '_requestHandlers') as Map<string, McpHandler>; // as the SDK dispatches
  return handlers.get('tools/call') as McpHandler; // it has one
}

describe('a server that has a handler of its own', () => {
  it('is refused while nobody says whose it is, and left as it was', async () => {
    const house = testHouse();
    const server = newServer();
    server.registerTool('transfer', {}, () => say('transferred'));
    const client = await connected(server);

    expect(() => enforceServer(server, house)).toThrow(notEnforced);
    const result = await client.callTool({ name: 'transfer' });

    expect(textOf(result)).toBe('transferred');
  });

  it('keeps its own authorisation, with enforcement around it', async () => {
    const house = testHouse();
    const server = newServer();
    server.registerTool('transfer', {}, () => say(house.ran()));
    server.server.setRequestHandler('tools/call', () => ({ ...say('not for you'), isError: true }));
    enforceServer(server, { ...house, handlers: 'own' });
    const client = await connected(server);

    const refused = await client.callTool({ name: 'transfer' });
    const denied = await client.callTool({ name: 'drop_table' });

    expect(textOf(refused)).toBe('not for you');
    expect(textOf(denied)).toContain('blocked by policy');
    expect(house.ran).not.toHaveBeenCalled();
    expect(house.auditor.entries).toHaveLength(2);
  });

  it('gets nothing through that it answers by itself when it was taken for the SDK\'s', async () => {
    const house = testHouse();
    const server = newServer();
    server.registerTool('transfer', {}, () => say('x'));
    server.server.setRequestHandler('tools/call', () => say('mira@northfjord.example'));
    enforceServer(server, { ...house, handlers: 'sdk' });

    const result = await (await connected(server)).callTool({ name: 'transfer' });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'NOT_ENFORCED', mayHaveRun: true } } });
    expect(textOf(result)).not.toContain('mira');
  });

  it('is recorded once where it hands on to the handler that was there', async () => {
    const house = testHouse();
    const server = enforceServer(newServer(), house);
    server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, ({ text }) => say(text));
    const before = handlerOf(server);
    server.server.setRequestHandler('tools/call', (request, context) => before(request as never, context) as never);

    const result = await (await connected(server)).callTool({ name: 'echo', arguments: { text: 'to mira@northfjord.example' } });

    expect(textOf(result)).toBe('to <EMAIL>');
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'echo', decision: 'redacted' }]);
  });

  it('is judged once more where the tool gets other arguments than the request had', async () => {
    const house = testHouse({ tools: { pay: { args: { amount: { max: 250 } } } } });
    const server = enforceServer(newServer(), house);
    server.registerTool('pay', { inputSchema: z.object({ amount: z.number().transform((euros) => euros * 100) }) }, ({ amount }) => say(house.ran(amount)));
    const before = handlerOf(server);
    server.server.setRequestHandler('tools/call', (request, context) => before(request as never, context) as never);

    const result = await (await connected(server)).callTool({ name: 'pay', arguments: { amount: 200 } });

    expect(textOf(result)).toContain('blocked by policy');
    expect(house.ran).not.toHaveBeenCalled();
  });
});

describe('enforceServer', () => {
  it('enforces a server that is connected already', async () => {
    const house = testHouse();
    const server = newServer();
    server.registerTool('drop_table', {}, () => say(house.ran()));
    server.registerTool('echo', {}, () => say('here'));
    const client = await connected(server);
    enforceServer(server, { ...house, handlers: 'sdk' });

    const refused = await client.callTool({ name: 'drop_table' });
    const made = await client.callTool({ name: 'echo' });

    expect(refused).toMatchObject({ isError: true });
    expect(textOf(made)).toBe('here');
    expect(house.ran).not.toHaveBeenCalled();
  });

  it('refuses the inner server of an McpServer, before its tools and after', () => {
    const early = newServer();
    enforceServer(early.server);
    const late = newServer();
    late.registerTool('echo', {}, () => say('x'));

    expect(() => early.registerTool('echo', {}, () => say('x'))).toThrow(notEnforced);
    expect(() => enforceServer(late.server)).toThrow(notEnforced);
    expect(() => enforceServer(late.server, { handlers: 'sdk' })).toThrow(notEnforced);
  });

  it('refuses a server of the SDK\'s version 1, whose handlers get another context', () => {
    const first = { _requestHandlers: new Map(), setRequestHandler: () => undefined, removeRequestHandler: () => undefined };

    expect(() => enforceServer(first as never)).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED', message: expect.stringContaining('gateway') }));
  });
});

describe('callerOf', () => {
  it.each([
    ['throws', (): never => { throw new Error('db down, password=hunter2'); }],
    ['gives a promise', (): never => Promise.resolve({ tenant: 'acme' }) as never],
  ])('that %s blocks the call, with an entry and without its words', async (_what, callerOf) => {
    const house = testHouse();
    const server = enforceServer(newServer(), { ...house, callerOf });
    server.registerTool('echo', {}, () => say(house.ran()));
    registerEnforced(server, defineTool({ name: 'mine', description: 'mine', execute: () => house.ran(), container: house.container }), { ...house, callerOf });
    const client = await connected(server);

    const results = await Promise.all(['echo', 'mine', 'nope'].map((name) => client.callTool({ name }).catch((error: unknown) => ({ isError: true, text: String(error) }))));

    expect(results.every(({ isError }) => isError)).toBe(true);
    expect(JSON.stringify(results)).not.toContain('hunter2');
    expect(house.ran).not.toHaveBeenCalled();
    expect(house.auditor.calls.map(({ tool_name: tool, decision, error_class: what }) => [tool, decision, what]).sort()).toEqual([
      ['echo', 'blocked', 'SettingsError'],
      ['mine', 'blocked', 'SettingsError'],
      ['nope', 'blocked', 'SettingsError'],
    ]);
  });
});

describe('what a client hears', () => {
  it('of arguments that the SDK refuses is cleaned', async () => {
    const house = testHouse();
    const server = enforceServer(newServer(), house);
    const strict = z.strictObject({ a: z.string().refine(() => false, { error: ({ input }) => `bad value ${String(input)}` }) });
    server.registerTool('strict', { inputSchema: strict }, () => say('x'));
    const client = await connected(server);

    const result = await client.callTool({ name: 'strict', arguments: { a: 'mira@northfjord.example', 'olle@northfjord.example': 1 } });
    const unknown = await client.callTool({ name: 'mira@northfjord.example' }).catch((error: unknown) => error);

    expect(textOf(result)).toContain('bad value');
    expect(JSON.stringify(result)).not.toContain('northfjord');
    expect(JSON.stringify([unknown, String(unknown)])).not.toContain('northfjord');
  });

  it('of a result that redaction made unfit for its schema is that the tool may have run', async () => {
    const house = testHouse();
    const server = enforceServer(newServer(), house);
    server.registerTool('refund', { outputSchema: z.object({ email: z.email() }) }, () => ({ ...say(house.ran()), structuredContent: { email: 'mira@northfjord.example' } }));

    const result = await (await connected(server)).callTool({ name: 'refund' });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'OUTPUT_INVALID', mayHaveRun: true } } });
    expect(house.ran).toHaveBeenCalledTimes(1);
  });

  it('of a failure that the tool gives as a result is redacted as any result, and recorded as ok', async () => {
    const house = testHouse();
    const server = enforceServer(newServer(), house);
    server.registerTool('full', {}, () => ({ ...say('no room for mira@northfjord.example'), isError: true }));

    const result = await (await connected(server)).callTool({ name: 'full' });

    expect(result).toMatchObject({ isError: true, content: [{ text: 'no room for <EMAIL>' }] });
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'full', outcome: 'ok' }]);
  });

  it('of binary content in which redaction found something is that it is withheld, and the rest is there', async () => {
    const house = testHouse();
    const server = enforceServer(newServer(), house);
    const image = { type: 'image' as const, data: 'aGk=', mimeType: 'image/png' };
    const blob = Buffer.from('mail mira@northfjord.example now').toString('base64');
    server.registerTool('files', {}, () => ({ content: [image, { type: 'resource', resource: { uri: 'x:y', blob } }] }));

    const { content } = await (await connected(server)).callTool({ name: 'files' });

    expect(content).toEqual([image, { type: 'text', text: expect.stringContaining('withheld') }]);
  });
});

describe('what a tool hears', () => {
  it('is frozen', async () => {
    const house = testHouse();
    const server = enforceServer(newServer(), house);
    server.registerTool('fills', { inputSchema: z.object({ limit: z.number().optional() }) }, (args) => say((args.limit ??= 10)));

    const result = await (await connected(server)).callTool({ name: 'fills', arguments: {} });

    expect(textOf(result)).toContain('not extensible');
    expect(house.auditor.entries).toMatchObject([{ outcome: 'tool_error' }]);
  });

  it('of a user\'s answers is cleaned', async () => {
    const house = testHouse();
    const server = enforceServer(newServer(), house);
    server.registerTool('ask', {}, (context) => say(house.ran(JSON.stringify(context.mcpReq.inputResponses))));
    const mcpReq = { id: 1, method: 'tools/call', requestState: () => undefined, signal: new AbortController().signal, inputResponses: { who: { action: 'accept', content: { email: 'mira@northfjord.example' } } } };

    await handlerOf(server)({ method: 'tools/call', params: { name: 'ask', arguments: {} } }, { mcpReq } as never);

    expect(house.ran).toHaveBeenCalledWith(expect.stringContaining('<EMAIL>'));
  });
});

describe('a server of enforcedMcpServer', () => {
  it('enforces what is registered on it later, and records calls of tools that are not there', async () => {
    const house = testHouse();
    const server = await enforcedMcpServer({ name: 'shop', version: '1.0.0', tools: [], ...house });
    server.registerTool('drop_view', {}, () => say(house.ran()));
    const client = await connected(server);

    const refused = await client.callTool({ name: 'drop_view' });
    const unknown = await client.callTool({ name: 'nope' }).catch((error: unknown) => error);

    expect(refused).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TOOL_DENIED' } } });
    expect(unknown).toMatchObject({ code: -32602 });
    expect((await client.listTools()).tools).toEqual([]);
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'drop_view', decision: 'blocked' }, { tool_name: 'nope', decision: 'blocked' }]);
  });
});
