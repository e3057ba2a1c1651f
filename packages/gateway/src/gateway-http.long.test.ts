import { afterEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@enforcecore/core';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpDefaults } from './config/read-serve.js';
import { bench, closeAll, refusalIn, scripted, textOf, tools, until, type Script } from './gateway.test.kit.js';
import { serveHttp, type HttpServing } from './serve/serve-http.js';
import { openTransport } from './upstream/open-transport.js';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await closeAll();
  for (const close of open.splice(0)) await close();
});

async function served(script: Script, port = 0): Promise<HttpServing> {
  const serving = await serveHttp({ sessionFor: () => scripted(script) }, { ...httpDefaults, port });
  open.push(() => serving.close());
  return serving;
}

async function plain(answer: (server: HttpServer) => void): Promise<string> {
  const server = createServer();
  answer(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  }));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

const reached = (url: string, maxMessageBytes?: number) => () =>
  openTransport('far', { kind: 'http', url, maxMessageBytes }, new SystemClock(), { onGarbage: () => undefined, onStderr: () => undefined, admits: () => true });

describe('a client that comes over HTTP', () => {
  it('is asked what a server asks in its call, on the stream of that call, and nobody else is', async () => {
    const any = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const;
    const script = tools({ think: async (_args, ctx) => JSON.stringify(await ctx.mcpReq.send({ method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } }, any)) });
    const { gateway } = await bench({ one: script }, { pass: { sampling: 'allow' } });
    const serving = await serveHttp(gateway, { ...httpDefaults, port: 0 });
    open.push(() => serving.close());
    const clients = await Promise.all(['ann', 'bob'].map(async (name) => {
      const client = new Client({ name, version: '1' }, { capabilities: { sampling: {} } });
      client.setRequestHandler('sampling/createMessage', () => ({ model: name, role: 'assistant', content: { type: 'text', text: `${name} says` } }));
      await client.connect(new StreamableHTTPClientTransport(new URL(serving.url)));
      open.unshift(() => client.close());
      return client;
    }));

    const results = await Promise.all(clients.map((client) => client.callTool({ name: 'think', arguments: {} })));

    expect(results.map((result) => (JSON.parse(textOf(result)) as { model: string }).model)).toEqual(['ann', 'bob']);
  });
});

describe('a server that is reached over HTTP', () => {
  it('is called like any other, in a session of each client\'s own', async () => {
    const far = await served(tools({ echo: ({ text }) => `said ${text}` }));
    const { client, auditor } = await bench({ far: reached(far.url) });
    const mcp = await client();
    const other = await client();

    const result = await mcp.callTool({ name: 'echo', arguments: { text: 'hi' } });
    await other.callTool({ name: 'echo', arguments: { text: 'ho' } });

    expect(textOf(result)).toBe('said hi');
    expect(far.sessions()).toBe(2);
    expect(auditor.calls).toHaveLength(2);
  });

  it('is asked again in a new session when it has forgotten the old one', async () => {
    const far = await served(tools({ echo: () => 'here' }));
    const { client, gateway } = await bench({ far: reached(far.url) });
    const mcp = await client();
    await mcp.callTool({ name: 'echo', arguments: {} });
    await far.close();
    await served(tools({ echo: () => 'again' }), Number(new URL(far.url).port));

    const lost = await mcp.callTool({ name: 'echo', arguments: {} });
    const found = await mcp.callTool({ name: 'echo', arguments: {} });

    expect(refusalIn(lost)?.code).toBe('GATEWAY');
    expect(textOf(found)).toBe('again');
    expect(gateway.status()[0]?.restarts).toBe(1);
  });

  it('cannot answer with more than it may, and ends nothing but the request', async () => {
    const far = await served(tools({ huge: () => 'x'.repeat(400_000), echo: () => 'small' }));
    const { client } = await bench({ far: reached(far.url, 100_000) }, { upstreams: { far: { timeoutMs: 2_000 } } });
    const mcp = await client();

    const huge = await mcp.callTool({ name: 'huge', arguments: {} });
    const after = await mcp.callTool({ name: 'echo', arguments: {} });

    expect(huge.isError).toBe(true);
    expect(JSON.stringify(huge).length).toBeLessThan(1_000);
    expect(textOf(after)).toBe('small');
  });

  it('cannot send the gateway elsewhere: redirects are refused, so tokens do not follow them', async () => {
    const asked: string[] = [];
    const elsewhere = await plain((server) => server.on('request', (request, response) => {
      asked.push(String(request.headers.authorization));
      response.end('{}');
    }));
    const first = await plain((server) => server.on('request', (_request, response) => {
      response.writeHead(307, { location: elsewhere }).end();
    }));
    const { client } = await bench({ far: reached(first) });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'echo', arguments: {} });

    expect(refusalIn(result)?.code).toBe('GATEWAY');
    expect(asked).toEqual([]);
  });
});

describe('a server that ends its streams at once and wants to be asked again at once', () => {
  it('is asked once a second', async () => {
    let streams = 0;
    const server = createServer((request, response) => {
      if (request.method === 'GET') {
        streams += 1;
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`retry: 0\nid: ${streams}\ndata: \n\n`);
        return;
      }
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { id, method } = JSON.parse(body || '{}') as { id?: number; method?: string };
        if (id === undefined) {
          response.writeHead(202).end();
          return;
        }
        const result = method === 'initialize' ? { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'h', version: '1' } } : { tools: [] };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }));
    const { client } = await bench({ far: reached(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`) });
    await (await client()).listTools();
    const start = performance.now();

    await until(() => streams >= 3);

    expect(performance.now() - start).toBeGreaterThan(1_500);
  });
});
