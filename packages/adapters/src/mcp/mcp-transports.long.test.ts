import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { toNodeHandler, type NodeIncomingMessageLike } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createServer, type Server } from 'node:http';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { enforcedMcpServer, enforceServer, refusalKey } from './index.js';
import { newServer, testHouse, textOf, type TestHouse } from './mcp.test.kit.js';
import { ShopTools } from './shop-tools.test.kit.js';

const sample = fileURLToPath(new URL('../../../../samples/dist/03-mcp-server/server.js', import.meta.url));
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function overHttp(house: TestHouse): Promise<Client> {
  const handler = createMcpHandler(() => enforcedMcpServer({ name: 'shop', version: '1.0.0', tools: new ShopTools(house.ran), container: house.container, callerOf: ({ http }) => ({ tenant: http?.req?.headers.get('x-tenant') ?? undefined }) }));
  const http: Server = createServer((request, response) => void toNodeHandler(handler)(request as NodeIncomingMessageLike, response)); // node says `string | undefined` where it says optional
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => http.close(resolve)), () => handler.close());
  const client = new Client({ name: 'test', version: '1.0.0' });
  const { port } = http.address() as AddressInfo; // it listens on a port
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${String(port)}/`), { requestInit: { headers: { 'x-tenant': 'acme' } } }));
  closing.push(() => client.close());
  return client;
}

describe('an enforced MCP server over streamable HTTP', () => {
  it('makes allowed calls, refuses denied ones, and records each once with its tenant', async () => {
    const house = testHouse();
    const client = await overHttp(house);

    const made = await client.callTool({ name: 'lookup' });
    const refused = await client.callTool({ name: 'drop_table', arguments: { table: 'orders' } });

    expect(textOf(made)).not.toContain('mira');
    expect(refused).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TOOL_DENIED' } } });
    expect(house.ran).toHaveBeenCalledTimes(1);
    expect(house.auditor.entries).toMatchObject([{ tool_name: 'lookup', tenant_id: 'acme' }, { tool_name: 'drop_table', tenant_id: 'acme', decision: 'blocked' }]);
  });

  it('streams the pieces of a tool as progress', async () => {
    const client = await overHttp(testHouse());
    const heard: string[] = [];

    const result = await client.callTool({ name: 'story' }, { onprogress: ({ message }) => heard.push(message ?? '') });

    expect(heard.join('')).toBe(textOf(result));
    expect(textOf(result)).not.toMatch(/mira|northfjord/);
  });

  it('enforces a server of somebody else made for each request', async () => {
    const house = testHouse();
    const handler = createMcpHandler(() => {
      const server = enforceServer(newServer(), { container: house.container, listed: 'all' });
      server.registerTool('drop_table', {}, () => ({ content: [{ type: 'text', text: String(house.ran()) }] }));
      return server;
    });
    closing.push(() => handler.close());
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL('http://shop.test/'), { fetch: (url, init) => handler.fetch(new Request(url, init)) }));

    const result = await client.callTool({ name: 'drop_table' });

    expect(result).toMatchObject({ isError: true });
    expect(house.ran).not.toHaveBeenCalled();
    await client.close();
  });
});

describe('an enforced MCP server as a child', () => {
  it('lists and answers by its policy', async () => {
    if (!existsSync(sample)) throw new Error('samples/dist is missing: this test starts a compiled sample; run npm run build first');
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [sample], env: { ORDER_DESK_TRAIL: '.demo/03-mcp-server-test' } }));
    closing.push(() => client.close());

    const { tools } = await client.listTools();
    const found = await client.callTool({ name: 'find_order', arguments: { id: 7 } });
    const refused = await client.callTool({ name: 'drop_orders', arguments: {} });

    expect(tools.map((tool) => tool.name)).toEqual(['find_order', 'refund_order', 'order_history']);
    expect(textOf(found)).toMatch(/Mira Lindqvist/);
    expect(textOf(found)).not.toContain('northfjord');
    expect(refused).toMatchObject({ isError: true, _meta: { [refusalKey]: { code: 'TOOL_NOT_ALLOWED' } } });
  });
});
