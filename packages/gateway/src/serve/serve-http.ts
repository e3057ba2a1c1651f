import { EnforceCoreError, SystemClock, type Clock, type Logger } from '@enforcecore/core';
import { toNodeHandler, type NodeIncomingMessageLike, type NodeServerResponseLike } from '@modelcontextprotocol/node';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpServe } from '../config/gateway-config.js';
import { openFault } from '../config/read-serve.js';
import { Access } from './access.js';
import { Admission } from './admission.js';
import { HttpSessions } from './http-sessions.js';
import type { Principal } from './principal.js';
import { rpcError } from './rpc-error.js';
import type { SessionSource } from './session-source.js';

/** What serving over HTTP needs besides the addresses, tokens and bounds of the configuration. */
export interface HttpOptions {
  /** Told of what goes wrong, without tokens and bodies; silent by default. */
  readonly logger?: Logger | undefined;
  /** Tells how long sessions are idle; the system's clock by default. */
  readonly clock?: Pick<Clock, 'monotonic' | 'schedule'> | undefined;
  /** Milliseconds that a request may take to arrive; who is slower wants to hold it open. 30,000 by default. */
  readonly requestTimeoutMs?: number | undefined;
}

/** An endpoint that listens. */
export interface HttpServing {
  /** Of the endpoint, with the port that was free where 0 was asked for. */
  readonly url: string;
  /** Sessions that are open. */
  readonly sessions: () => number;
  /** Ends all sessions and streams, and stops listening. */
  close(): Promise<void>;
}

const maxHeaders = 100;
const spareConnections = 64;
const corsHeaders = 'authorization, content-type, accept, last-event-id, mcp-session-id, mcp-protocol-version, mcp-method, mcp-name';

/**
 * Serves clients over streamable HTTP, each in a session of its own with servers of its own. A client that asks for the
 * stateless revision of 2026-07-28 first is answered as one without it answers, and opens a session.
 *
 * `source` may be what starts one: it is called once the address is there, and requests wait for it.
 *
 * @throws EnforceCoreError code `GATEWAY` when the address is open to others and nobody is asked for a token, or cannot be had.
 */
export async function serveHttp(source: SessionSource | (() => Promise<SessionSource>), serve: HttpServe, options: HttpOptions = {}): Promise<HttpServing> {
  const fault = openFault(serve);
  if (fault !== undefined) throw new EnforceCoreError('GATEWAY', `the gateway does not listen on ${serve.host}: ${fault.message}, expected ${fault.expected}`);
  const endpoint = new HttpEndpoint(serve, options);
  await endpoint.listen();
  try {
    endpoint.use(typeof source === 'function' ? await source() : source);
  } catch (error) {
    await endpoint.close();
    throw error;
  }
  return endpoint;
}

class HttpEndpoint implements HttpServing {
  readonly #serve: HttpServe;
  readonly #logger: Logger | undefined;
  readonly #access: Access;
  readonly #admission: Admission;
  readonly #sessions: HttpSessions;
  readonly #server: HttpServer;
  #url = '';
  /** Gives the sessions what they wait for. */
  use: (source: SessionSource) => void = () => undefined;

  constructor(serve: HttpServe, { logger, clock = new SystemClock(), requestTimeoutMs = 30_000 }: HttpOptions) {
    const { maxRequestBytes, maxSessions, sessionIdleMs } = serve;
    this.#serve = serve;
    this.#logger = logger;
    this.#access = new Access({ auth: serve.auth, publicUrl: serve.publicUrl, logger });
    this.#admission = new Admission(serve);
    const source = new Promise<SessionSource>((resolve) => {
      this.use = resolve;
    });
    this.#sessions = new HttpSessions({ source, maxSessions, sessionIdleMs, maxRequestBytes, clock, logger });
    this.#server = createServer({ headersTimeout: Math.min(10_000, requestTimeoutMs), requestTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(5_000, requestTimeoutMs) }, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.maxHeadersCount = maxHeaders;
    this.#server.maxConnections = 2 * maxSessions + spareConnections;
  }

  get url(): string {
    return this.#url;
  }

  readonly sessions = (): number => this.#sessions.size;

  async listen(): Promise<void> {
    const { host, port, path } = this.#serve;
    const bare = host.replaceAll(/^\[|\]$/g, '');
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause: NodeJS.ErrnoException) => {
        reject(new EnforceCoreError('GATEWAY', `the gateway cannot listen on ${host}:${String(port)}: the system answered ${cause.code ?? 'an unknown error'}`, { cause }));
      });
      this.#server.listen({ host: bare, port }, resolve);
    });
    const { port: actual } = this.#server.address() as AddressInfo; // it listens on a port, not on a pipe
    this.#url = `http://${bare.includes(':') ? `[${bare}]` : bare}:${String(actual)}${path}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => { resolve(); });
    });
    await this.#sessions.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const refusal = await this.#admit(request, response);
      if (refusal instanceof Response) await send(response, refusal);
      else await this.#pass(request, response, refusal);
    } catch (error) {
      this.#tell(error);
      if (!response.headersSent) await send(response, rpcError(500, -32_603, 'the gateway failed'));
      else response.destroy();
    }
  }

  /** From what is in the headers only: nothing of a body is read for somebody who may not send one. */
  async #admit(request: IncomingMessage, response: ServerResponse): Promise<Principal | Response> {
    if (!this.#admission.hasGoodHost(request)) return rpcError(403, -32_000, 'the Host header names another host than this one: serve.hosts of the gateway lists those that are answered');
    const path = pathOf(request);
    const { metadata } = this.#access;
    if (metadata !== undefined && (path === metadata.url.pathname || path === `/.well-known/oauth-protected-resource${this.#serve.path}` || path === '/.well-known/oauth-protected-resource')) {
      return metadataAnswer(request, metadata.document);
    }
    const origin = this.#admission.originOf(request);
    if (origin === false) return rpcError(403, -32_000, 'this origin may not call: serve.origins of the gateway lists those that may');
    if (origin !== undefined) allowOrigin(response, origin);
    if (path !== this.#serve.path) return rpcError(404, -32_000, 'there is nothing at this path');
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow: 'GET, POST, DELETE' } });
    if (!['GET', 'POST', 'DELETE'].includes(request.method ?? '')) return rpcError(405, -32_000, 'this method is not answered', { allow: 'GET, POST, DELETE' });
    return this.#access.principalOf(request.headers.authorization);
  }

  async #pass(request: IncomingMessage, response: ServerResponse, principal: Principal): Promise<void> {
    // No handler needs it from here on, and none shall find it.
    delete request.headers.authorization;
    const handler = toNodeHandler({ fetch: (asked) => this.#dispatch(asked, principal, (done) => { response.once('close', done); }) }, {
      maxRequestBodySize: this.#serve.maxRequestBytes, onerror: (error) => { this.#tell(error); },
    });
    await handler(request as NodeIncomingMessageLike, flushed(response)); // a request of a server has a method and a url
  }

  async #dispatch(request: Request, principal: Principal, done: (listener: () => void) => void): Promise<Response> {
    const body = request.method === 'POST' ? parsed(await request.clone().text()) : undefined;
    if (body !== undefined && 'fault' in body) return rpcError(400, -32_700, 'the body is no JSON');
    return this.#sessions.handle(request, body?.value, principal, done);
  }

  #tell(error: unknown): void {
    // What the protocol layer says can quote the request.
    this.#logger?.log('warn', 'a request was not understood or not answered', { error: error instanceof Error ? error.name : 'unknown' });
  }
}

function parsed(text: string): { readonly value: unknown } | { readonly fault: true } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: true };
  }
}

/** A client waits for the headers of a stream, and there may be nothing else to send for long. */
function flushed(response: ServerResponse): NodeServerResponseLike {
  return {
    writeHead: (status, headers = {}) => {
      response.writeHead(status, headers);
      if (headers['content-type']?.startsWith('text/event-stream') === true) response.flushHeaders();
    },
    write: (chunk) => response.write(chunk),
    end: (chunk) => response.end(chunk),
    on: (event, listener) => response.on(event, listener),
    get destroyed() {
      return response.destroyed;
    },
  };
}

function pathOf({ url }: IncomingMessage): string {
  return (url ?? '').split(/[?#]/, 1)[0] ?? '';
}

function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE');
  response.setHeader('access-control-allow-headers', corsHeaders);
  response.setHeader('access-control-expose-headers', 'mcp-session-id, mcp-protocol-version, www-authenticate');
  response.setHeader('vary', 'Origin');
}

/** RFC 9728: for everybody, pages of any origin included. */
function metadataAnswer({ method }: IncomingMessage, document: object): Response {
  const headers = { 'access-control-allow-origin': '*', 'cache-control': 'max-age=300' };
  if (method === 'GET' || method === 'HEAD') return Response.json(document, { headers });
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers: { ...headers, 'access-control-allow-headers': corsHeaders } });
  return rpcError(405, -32_000, 'this method is not answered', { allow: 'GET' });
}

/** A refusal: the connection ends with it, so that a body that nobody reads cannot go on. */
async function send(response: ServerResponse, refusal: Response): Promise<void> {
  const body = Buffer.from(await refusal.arrayBuffer());
  response.writeHead(refusal.status, { ...Object.fromEntries(refusal.headers), connection: 'close', ...(body.length === 0 ? {} : { 'content-length': body.length }) });
  response.end(body);
}
