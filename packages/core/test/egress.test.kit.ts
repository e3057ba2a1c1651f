import dgram from 'node:dgram';
import http from 'node:http';
import type net from 'node:net';
import { type AddressInfo } from 'node:net';
import { enforce } from '../src/index.js';
import { houseWith, type TestHouse } from './kit.js';

export interface Tool {
  readonly house: TestHouse;
  /** Runs a body as an enforced call, and gives its result. */
  run<T>(body: () => T | Promise<T>): Promise<T>;
  /** The reasons that the entries list, in order. */
  reasons(): readonly string[];
}

/** A tool with a network block: these hosts by name, loopback by address. */
export function toolWith(network: object, top: object = {}): Tool {
  const house = houseWith({ network: { action: 'block', ...network } }, {}, top);
  const call = enforce(async (body: () => unknown) => await body(), { container: house.container, tool: 'net', opaque: [0] });
  return {
    house,
    run: (body) => call(body) as never,
    reasons: () => house.auditor.calls.flatMap(({ violations = [] }) => violations.map(({ reason }) => reason)),
  };
}

export const loopback = { allowed_addresses: ['127.0.0.0/8', '::1'] };

const closers: (() => void)[] = [];

/** Everything that `serve` and `answerNames` opened. */
export function closeServers(): void {
  for (const close of closers.splice(0)) close();
}

export function later(close: () => void): void {
  closers.push(close);
}

export async function listening(server: net.Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  later(() => {
    server.close();
    (server as { closeAllConnections?: () => void }).closeAllConnections?.();
  });
  return (server.address() as AddressInfo).port;
}

/** An HTTP server; `answer` says what to give, `ok` by default. */
export async function serve(answer: http.RequestListener = (_request, response) => response.end('ok')): Promise<number> {
  return listening(http.createServer(answer));
}

/** A DNS server that answers A queries with the addresses of `next`, one after the other. */
export async function answerNames(next: (name: string) => string): Promise<{ readonly port: number; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = dgram.createSocket('udp4');
  server.on('message', (query, from) => {
    const { name, end } = readName(query);
    asked.push(name);
    const address = Buffer.from(next(name).split('.').map(Number));
    const head = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    const answer = Buffer.concat([head, query.subarray(12, end + 4), Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]), address]);
    server.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  later(() => server.close());
  return { port: server.address().port, asked };
}

function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), end: at + 1 };
}
