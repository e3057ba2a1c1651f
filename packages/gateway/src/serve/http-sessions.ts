/* eslint-disable @typescript-eslint/no-deprecated -- a proxy needs the protocol itself */
import type { Clock, Logger } from '@enforcecore/core';
import { isInitializeRequest, WebStandardStreamableHTTPServerTransport, type Server } from '@modelcontextprotocol/server';
import { randomBytes, randomUUID } from 'node:crypto';
import { rpcError } from './rpc-error.js';
import type { Principal } from './principal.js';
import type { SessionSource } from './session-source.js';

export interface SessionOptions {
  /** There when it has started. */
  readonly source: Promise<SessionSource>;
  readonly maxSessions: number;
  readonly sessionIdleMs: number;
  readonly maxRequestBytes: number;
  readonly clock: Pick<Clock, 'monotonic' | 'schedule'>;
  readonly logger?: Logger | undefined;
}

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: Server;
  /** Of the client that opened it; another with the same id is told that there is none. */
  readonly owner: string;
  /** Requests that are being answered; an open stream is one. */
  active: number;
  usedAtMs: number;
}

/** Sessions of clients, by `Mcp-Session-Id`. */
export class HttpSessions {
  readonly #options: SessionOptions;
  readonly #sessions = new Map<string, Session>();
  #opening = 0;
  #unschedule: (() => void) | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Answers one request; `done` tells when its answer has been sent, to the end of a stream. */
  async handle(request: Request, parsedBody: unknown, principal: Principal, done: (listener: () => void) => void): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id === null) return this.#open(request, parsedBody, principal);
    const session = this.#sessions.get(id);
    // An id that somebody else was given is as good as none: it must not tell that it is one.
    if (session?.owner !== principal.key) return rpcError(404, -32_001, 'there is no such session: initialize a new one');
    session.active++;
    done(() => {
      session.active--;
      session.usedAtMs = this.#options.clock.monotonic();
    });
    return session.transport.handleRequest(request, parsedBody === undefined ? {} : { parsedBody });
  }

  async close(): Promise<void> {
    this.#unschedule?.();
    this.#unschedule = undefined;
    await Promise.all([...this.#sessions.keys()].map((id) => this.#end(id)));
  }

  async #open(request: Request, parsedBody: unknown, principal: Principal): Promise<Response> {
    if (!isInitializeRequest(parsedBody)) return rpcError(400, -32_000, 'the header Mcp-Session-Id is missing: initialize first');
    const { maxSessions } = this.#options;
    if (this.#sessions.size + this.#opening >= maxSessions) return rpcError(503, -32_000, 'there are as many sessions as there may be: try again later', { 'retry-after': '30' });
    this.#opening++;
    try {
      return await this.#opened(request, parsedBody, principal);
    } finally {
      this.#opening--;
    }
  }

  async #opened(request: Request, parsedBody: unknown, principal: Principal): Promise<Response> {
    const { source, clock, maxRequestBytes } = this.#options;
    // The trail gets a name of its own for the session: the id lets whoever has it in.
    const server = (await source).sessionFor({ ...principal.caller, session: randomUUID() });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomBytes(32).toString('base64url'),
      maxRequestBodySize: maxRequestBytes,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { transport, server, owner: principal.key, active: 0, usedAtMs: clock.monotonic() });
        this.#sweepLater();
      },
      onsessionclosed: (id) => {
        this.#sessions.delete(id);
      },
    });
    await server.connect(transport);
    const response = await transport.handleRequest(request, { parsedBody });
    if (transport.sessionId === undefined) await server.close();
    return response;
  }

  #sweepLater(): void {
    const { clock, sessionIdleMs } = this.#options;
    if (this.#unschedule !== undefined || this.#sessions.size === 0) return;
    this.#unschedule = clock.schedule(Math.min(Math.max(1_000, sessionIdleMs / 4), 60_000), () => {
      this.#unschedule = undefined;
      this.#sweep();
      this.#sweepLater();
    });
  }

  #sweep(): void {
    const before = this.#options.clock.monotonic() - this.#options.sessionIdleMs;
    for (const [id, { active, usedAtMs }] of this.#sessions) if (active === 0 && usedAtMs < before) void this.#end(id);
  }

  async #end(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    try {
      await session?.server.close();
    } catch (error) {
      // It is out of the list, so nobody can reach it any more.
      this.#options.logger?.log('warn', 'a session did not close', { error: error instanceof Error ? error.name : 'unknown' });
    }
  }
}
