import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { runOutside } from '../../call.js';
import type { EgressRules } from '../../egress/egress-rules.js';
import { judgeDestination, type Resolve } from '../../egress/judge-destination.js';
import { forwarded, targetOf, tunnelOf, type ProxyTarget } from './proxy-request.js';

export interface FilterProxyOptions {
  /** Told of every refusal, in words of the policy. */
  readonly onDenied?: ((reason: string) => void) | undefined;
  /** How names become addresses; the system's way by default. */
  readonly resolve?: Resolve | undefined;
  /** Connections at the same time, of both sides together half as many; 64 by default. */
  readonly maxConnections?: number;
  /** Milliseconds without a byte after which a connection is cut; one minute by default. */
  readonly idleMs?: number;
}

const maxHeaderBytes = 16 * 1024;

/**
 * An HTTP proxy that lets through what a policy's network rules do: `CONNECT`, and requests with a whole URL. Each one is
 * judged by name and by address, and connected to the very address that was judged; redirects come back as requests.
 */
export class FilterProxy {
  readonly #server: Server;
  readonly #rules: EgressRules;
  readonly #options: FilterProxyOptions;
  readonly #idleMs: number;
  readonly #sockets = new Set<Duplex>();

  constructor(rules: EgressRules, options: FilterProxyOptions = {}) {
    this.#rules = rules;
    this.#options = options;
    this.#idleMs = options.idleMs ?? 60_000;
    this.#server = createServer({ maxHeaderSize: maxHeaderBytes, headersTimeout: 10_000, keepAliveTimeout: 5_000, requireHostHeader: false });
    this.#server.maxConnections = options.maxConnections ?? 64;
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('request', (request, response) => void this.#forward(request, response));
    this.#server.on('connect', (request, socket: Duplex, head: Buffer) => void this.#tunnel(request, socket, head));
    this.#server.on('clientError', (_error, socket) => answer(socket, '400 Bad Request'));
    // Without a listener an upgrade is an ordinary request, which is what it is treated as.
  }

  /** @param where a socket of the file system, which nothing else may be at, or a handle of Node that is bound already */
  listen(where: string | object): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      // The proxy's own connections belong to no call.
      runOutside(() => this.#server.listen(where, () => resolve()));
      this.#server.unref();
    });
  }

  /** Cuts every connection. */
  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #tunnel(request: IncomingMessage, inner: Duplex, head: Buffer): Promise<void> {
    this.#keep(inner);
    const target = tunnelOf(request.url);
    const address = target === undefined ? undefined : await this.#judged(target);
    if (target === undefined || address === undefined) {
      answer(inner, target === undefined ? '400 Bad Request' : '403 Forbidden');
      return;
    }
    if (inner.destroyed) return;
    const outer = runOutside(() => connect({ host: address, port: target.port }));
    this.#keep(outer);
    outer.once('connect', () => {
      inner.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) outer.write(head);
      // Either side's end or failure ends both, and both ways wait for the slower side.
      pipeline(inner, outer, () => inner.destroy());
      pipeline(outer, inner, () => outer.destroy());
    });
    outer.once('error', () => (inner.writable ? answer(inner, '502 Bad Gateway') : inner.destroy()));
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = targetOf(request.url);
    const address = target === undefined ? undefined : await this.#judged(target);
    if (target === undefined || address === undefined) {
      if (target === undefined) refuse(response, 400, 'the proxy takes whole URLs of http, and CONNECT');
      else refuse(response, 403, 'the policy does not let this host be reached');
      return;
    }
    if (response.destroyed) return;
    const outgoing = runOutside(() => send(forwarded(request, target, address)));
    outgoing.on('socket', (socket) => this.#keep(socket));
    outgoing.once('response', (answered) => {
      response.writeHead(answered.statusCode ?? 502, ownHeaders(answered));
      pipeline(answered, response, () => outgoing.destroy());
    });
    outgoing.once('error', () => (response.headersSent ? response.destroy() : refuse(response, 502, 'the host cannot be reached')));
    response.once('close', () => outgoing.destroy());
    pipeline(request, outgoing, () => undefined);
  }

  /** The address to connect to; `undefined` where the policy refuses, of which it is told. */
  async #judged({ host, port }: ProxyTarget): Promise<string | undefined> {
    const destination = await runOutside(() => judgeDestination(this.#rules, host, port, this.#options.resolve));
    if (!('refused' in destination)) return destination.address;
    this.#options.onDenied?.(destination.refused);
    return undefined;
  }

  #keep(socket: Duplex | Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if ('setTimeout' in socket) socket.setTimeout(this.#idleMs, () => socket.destroy());
  }
}

function ownHeaders(answered: IncomingMessage): string[] {
  return answered.rawHeaders.filter((_, index) => !/^(?:connection|keep-alive|proxy-.*|transfer-encoding|upgrade|trailer)$/i.test(answered.rawHeaders[index - (index % 2)] ?? ''));
}

function answer(socket: Duplex, status: string): void {
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  else socket.destroy();
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { connection: 'close', 'content-type': 'text/plain' }).end(reason);
}
