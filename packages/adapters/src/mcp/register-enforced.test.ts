import { describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/client';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { attach, Enforce } from '@enforcecore/core';
import { defineTool, Tool } from '@enforcecore/core/tools';
import { z } from 'zod';
import { enforcedMcpServer, enforceServer, refusalKey, registerEnforced, type RegisterOptions } from './index.js';
import { connected, newServer, testHouse, textOf, until, type TestHouse } from './mcp.test.kit.js';
import { ShopTools } from './shop-tools.test.kit.js';

interface Shop extends TestHouse {
  readonly client: Client;
}

async function shop(options: RegisterOptions = {}): Promise<Shop> {
  const house = testHouse();
  const server = await enforcedMcpServer({ name: 'shop', version: '1.0.0', tools: new ShopTools(house.ran), container: house.container, ...options });
  return { ...house, client: await connected(server) };
}

describe('an MCP server of a decorated class', () => {
  it('lists the tools that the policy lets pass, with schema and hints', async () => {
    const { client } = await shop();

    const { tools } = await client.listTools();

    expect(tools.map((tool) => tool.name)).toEqual(['echo', 'lookup', 'limited', 'fails', 'waits', 'holds', 'story', 'orders']);
    expect(tools[0]).toMatchObject({
      title: 'Echo',
      description: 'Says it again',
      inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      annotations: { readOnlyHint: true, idempotentHint: true },
    });
  });

  it('lists all of them where told to', async () => {
    const { client } = await shop({ listed: 'all' });

    const { tools } = await client.listTools();

    expect(tools.find((tool) => tool.name === 'drop_table')?.annotations).toMatchObject({ destructiveHint: true });
  });

  it('makes an allowed call, and records it once', async () => {
    const { client, auditor } = await shop();

    const result = await client.callTool({ name: 'echo', arguments: { text: 'hello' } });

    expect(result).toMatchObject({ content: [{ type: 'text', text: 'hello' }] });
    expect(result.isError ?? false).toBe(false);
    expect(auditor.entries).toMatchObject([{ tool_name: 'echo', decision: 'allowed', outcome: 'ok' }]);
  });

  it('never runs a denied tool, and tells the model so in a result', async () => {
    const { client, auditor, ran } = await shop();

    const result = await client.callTool({ name: 'drop_table', arguments: { table: 'orders' } });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TOOL_DENIED', mayHaveRun: false } } });
    expect(textOf(result)).toContain('The tool did not run');
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.entries).toHaveLength(1);
  });

  it('gives an object as text and as structured content, redacted in both', async () => {
    const { client } = await shop();

    const result = (await client.callTool({ name: 'lookup' }));

    expect(JSON.stringify(result)).not.toContain('mira');
    expect(result.structuredContent).toMatchObject({ orders: '3' });
    expect(JSON.parse(textOf(result))).toEqual(result.structuredContent);
  });

  it('redacts arguments before the tool', async () => {
    const { client, ran } = await shop();

    await client.callTool({ name: 'echo', arguments: { text: 'to mira@northfjord.example' } });

    expect(ran).toHaveBeenCalledTimes(1);
    expect(ran.mock.calls[0]?.[0]).not.toContain('mira');
  });

  it.each([
    ['a missing argument', {}],
    ['an argument of another type', { text: 7_777 }],
    ['one argument too many', { text: 'a', secret_extra: 'pass-7777' }],
  ])('says what is wrong with %s, without its value', async (_what, given) => {
    const { client, ran, auditor } = await shop();

    const result = await client.callTool({ name: 'echo', arguments: given });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TOOL_INPUT' } } });
    expect(textOf(result)).not.toContain('7777');
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.entries).toHaveLength(1);
  });

  it('survives hostile arguments', async () => {
    const { client, auditor } = await shop();
    const hostile = [JSON.parse('{"__proto__":{"text":"x"}}'), { text: '\ud800' }, { text: 'a'.repeat(10_000_000) }, { constructor: { prototype: {} } }] as Record<string, unknown>[];

    const results: CallToolResult[] = [];
    for (const given of hostile) results.push((await client.callTool({ name: 'echo', arguments: given })));

    expect(results.map(({ isError, _meta }) => ({ isError, _meta }))).toMatchObject(hostile.map(() => ({ isError: true, _meta: { [refusalKey]: { code: expect.stringMatching(/^TOOL_INPUT|^INPUT_/) } } })));
    expect(auditor.entries).toHaveLength(hostile.length);
  });

  it('redacts what an error of the tool says', async () => {
    const { client } = await shop();

    const result = await client.callTool({ name: 'fails' });

    expect(result).toMatchObject({ isError: true });
    expect(textOf(result)).toContain('the tool failed: no such customer');
    expect(textOf(result)).not.toContain('mira');
  });

  it('says when to try again where a limit was reached', async () => {
    const { client, ran } = await shop();
    await client.callTool({ name: 'limited' });

    const result = await client.callTool({ name: 'limited' });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'RATE_LIMIT', retryAfterMs: expect.any(Number) } } });
    expect(ran).toHaveBeenCalledTimes(1);
  });

  it('ends a tool by its time limit', async () => {
    const { client } = await shop();

    const result = await client.callTool({ name: 'waits' });

    expect(result).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TIMEOUT', mayHaveRun: true } } });
  });

  it('ends a tool whose request the client cancels', async () => {
    const { client, auditor, ran } = await shop();
    const cancel = new AbortController();
    ran.mockImplementation(() => {
      cancel.abort();
      return 'done';
    });

    await expect(client.callTool({ name: 'holds' }, { signal: cancel.signal })).rejects.toThrow();
    await until(() => auditor.entries.length > 0);

    expect(auditor.entries).toMatchObject([{ tool_name: 'holds', outcome: 'cancelled' }]);
  });

  it('keeps parallel calls apart', async () => {
    const { client, auditor } = await shop();
    const texts = Array.from({ length: 20 }, (_, i) => `text ${String(i)}`);

    const results = await Promise.all(texts.map((text) => client.callTool({ name: 'echo', arguments: { text } })));

    expect(results.map(textOf)).toEqual(texts);
    expect(auditor.entries).toHaveLength(20);
  });
});

describe('a streaming tool', () => {
  it('gives one text, with values redacted that were split over its pieces', async () => {
    const { client, auditor } = await shop();

    const result = await client.callTool({ name: 'story' });

    expect(textOf(result)).toMatch(/^Write to \S+, please\. The end\.$/);
    expect(textOf(result)).not.toMatch(/mira|northfjord/);
    expect(auditor.entries).toMatchObject([{ tool_name: 'story', outcome: 'ok' }]);
  });

  it('tells a client that asks for progress each cleaned piece as it comes', async () => {
    const { client } = await shop();
    const heard: string[] = [];

    const result = await client.callTool({ name: 'story' }, { onprogress: ({ message }) => heard.push(message ?? '') });

    expect(heard.join('')).toBe(textOf(result));
    expect(heard.join('')).not.toMatch(/mira|northfjord/);
  });

  it('makes a list of values that are no text', async () => {
    const { client } = await shop();

    const result = (await client.callTool({ name: 'orders' }));

    expect(result.structuredContent).toMatchObject({ items: [{ id: 1 }, { id: 2 }] });
    expect(JSON.stringify(result)).not.toContain('mira');
  });
});

describe('registerEnforced', () => {
  it('takes tools and instances together', async () => {
    const { container, ran } = testHouse();
    const server = newServer();
    const tool = defineTool({ name: 'add', description: 'Adds', input: z.object({ a: z.number(), b: z.number() }), execute: ({ a, b }: { a: number; b: number }) => a + b, container });

    registerEnforced(server, [attach(new ShopTools(ran), container), tool]);
    const client = await connected(server);

    expect(textOf(await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } }))).toBe('3');
    expect(textOf(await client.callTool({ name: 'echo', arguments: { text: 'b' } }))).toBe('b');
  });

  it('is not enforced a second time by enforceServer, whichever comes first', async () => {
    const first = testHouse();
    const server = newServer();
    registerEnforced(server, attach(new ShopTools(first.ran), first.container));
    enforceServer(server, { container: first.container, handlers: 'sdk' });
    const later = testHouse();
    const other = enforceServer(newServer(), { container: later.container });
    registerEnforced(other, attach(new ShopTools(later.ran), later.container));

    await (await connected(server)).callTool({ name: 'echo', arguments: { text: 'a' } });
    await (await connected(other)).callTool({ name: 'echo', arguments: { text: 'a' } });

    expect([first.auditor.entries.length, later.auditor.entries.length]).toEqual([1, 1]);
  });

  it('refuses a class with a tool that nothing enforces', () => {
    class Bare {
      @Tool({ description: 'Not enforced' })
      run(): string {
        return 'ran';
      }
    }
    class Whole {
      @Enforce()
      @Tool({ description: 'Enforced' })
      run(): string {
        return 'ran';
      }
    }

    expect(() => registerEnforced(newServer(), new Bare())).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
    expect(registerEnforced(newServer(), new Whole())).toHaveLength(1);
  });
});
