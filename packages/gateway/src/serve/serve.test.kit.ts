/* eslint-disable @typescript-eslint/no-deprecated -- a proxy needs the protocol itself */
import { afterEach } from '@jest/globals';
import type { Caller } from '@enforcecore/core';
import { Client, StreamableHTTPClientTransport, type StreamableHTTPClientTransportOptions } from '@modelcontextprotocol/client';
import { Server } from '@modelcontextprotocol/server';
import type { HttpServe } from '../config/gateway-config.js';
import { httpDefaults } from '../config/read-serve.js';
import { serveHttp, type HttpOptions, type HttpServing } from './serve-http.js';
import type { SessionSource } from './session-source.js';

/** A server whose one tool says who calls, and what of the request it can see. */
export class WhoAmI implements SessionSource {
  readonly callers: Caller[] = [];
  /** Resolves when the tool `later` is called, which answers after `release`. */
  readonly called: Promise<void>;
  release = (): void => undefined;
  #onCall = (): void => undefined;

  constructor() {
    this.called = new Promise((resolve) => { this.#onCall = resolve; });
  }

  sessionFor(caller: Caller): Server {
    this.callers.push(caller);
    const server = new Server({ name: 'who', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'whoami', inputSchema: { type: 'object' as const } }] }));
    server.setRequestHandler('tools/call', async ({ params }, context) => {
      if (params.name === 'later') {
        await new Promise<void>((resolve) => {
          this.release = resolve;
          this.#onCall();
        });
      }
      return { content: [{ type: 'text' as const, text: JSON.stringify({ caller, seen: JSON.stringify(context.http ?? {}), headers: [...(context.http?.req?.headers ?? [])] }) }] };
    });
    return server;
  }
}

export interface Endpoint {
  readonly serving: HttpServing;
  readonly source: WhoAmI;
  connect(options?: StreamableHTTPClientTransportOptions, mode?: 'auto' | 'legacy'): Promise<Client>;
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } } };
export const listTools = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: {} };
export const wanted = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** Gives what starts an endpoint that is gone when its test is over. */
export function endpointsForATest(): (serve?: Partial<HttpServe>, options?: HttpOptions) => Promise<Endpoint> {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });
  return async (serve = {}, options = {}) => {
    const source = new WhoAmI();
    const serving = await serveHttp(source, { ...httpDefaults, port: 0, ...serve }, options);
    open.push(() => serving.close());
    return {
      serving,
      source,
      connect: async (transportOptions = {}, mode = 'legacy') => {
        const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
        await client.connect(new StreamableHTTPClientTransport(new URL(serving.url), transportOptions));
        open.push(() => client.close());
        return client;
      },
      post: (body, headers = {}) => fetch(serving.url, { method: 'POST', headers: { ...wanted, ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
  };
}

/** What the tool said. */
export async function whoAmI(client: Client): Promise<{ readonly caller: Caller; readonly seen: string; readonly headers: readonly (readonly [string, string])[] }> {
  const { content } = await client.callTool({ name: 'whoami', arguments: {} });
  const [first] = content;
  return JSON.parse(first?.type === 'text' ? first.text : 'null') as Awaited<ReturnType<typeof whoAmI>>; // the tool above writes it
}
