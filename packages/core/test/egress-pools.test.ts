import { afterEach, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { Agent, Client, ProxyAgent, fetch as npmFetch, request as npmRequest } from 'undici';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { EgressScope } from '../src/egress/egress-scope.js';
import { refuseReuse } from '../src/egress/hook-net.js';
import { closeServers, later, listening, loopback, serve, toolWith } from './egress.test.kit.js';

afterEach(closeServers);

const byName = 'host is not in rules.network.allowed_domains';
const notPublic = 'address is not public (loopback) and not in rules.network.allowed_addresses';
const open = { allowed_domains: ['localhost'], ...loopback };
/** May name the host, and not go where it leads. */
const closed = { allowed_domains: ['localhost'] };

/** A server that counts its connections and requests. */
async function counting(): Promise<{ readonly port: number; readonly seen: { connections: number; requests: number } }> {
  const seen = { connections: 0, requests: 0 };
  const server = http.createServer((_request, response) => {
    seen.requests += 1;
    response.end('ok');
  });
  server.on('connection', () => (seen.connections += 1));
  return { port: await listening(server, 'localhost'), seen };
}

function get(port: number, agent: http.Agent, host = 'localhost'): Promise<string> {
  return new Promise((resolve, reject) => {
    http.get({ host, port, agent }, (response) => response.setEncoding('utf8').on('data', resolve)).on('error', reject);
  });
}

describe('connections that others opened', () => {
  it('are lent by http.Agent only to tools that may open them', async () => {
    const { port, seen } = await counting();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    later(() => agent.destroy());
    await get(port, agent);

    await expect(toolWith(closed).run(() => get(port, agent))).rejects.toMatchObject({ reason: notPublic });
    await expect(toolWith({ allowed_domains: ['other.example'], ...loopback }).run(() => get(port, agent))).rejects.toMatchObject({ reason: byName });
    await expect(toolWith(open).run(() => get(port, agent))).resolves.toBe('ok');
    await expect(toolWith(open).run(() => get(port, agent))).resolves.toBe('ok');
    expect(seen).toEqual({ connections: 2, requests: 3 });
  });

  it.each([
    ['built in', fetch],
    ['from npm', npmFetch as unknown as typeof fetch],
  ])('are lent by the pool of fetch (%s) only to tools that may open them', async (_name, get) => {
    const { port, seen } = await counting();
    const ask = async (): Promise<string> => (await get(`http://localhost:${port}/`)).text();
    await ask();

    await expect(toolWith(closed).run(ask)).rejects.toMatchObject({ cause: expect.objectContaining({ message: expect.stringContaining(notPublic) }) });
    await expect(toolWith({ allowed_domains: ['other.example'] }).run(ask)).rejects.toMatchObject({ message: expect.stringMatching(/failed/) });
    expect(seen.requests).toBe(1);
    await expect(toolWith(open).run(ask)).resolves.toBe('ok');
    await expect(ask()).resolves.toBe('ok');
  });

  it('are lent by a dispatcher of undici only to tools that may open them', async () => {
    const { port, seen } = await counting();
    const dispatcher = new Agent();
    const client = new Client(`http://localhost:${port}`);
    later(() => void Promise.all([dispatcher.destroy(), client.destroy()]));
    const viaAgent = async (): Promise<string> => (await npmRequest(`http://localhost:${port}/`, { dispatcher })).body.text();
    const viaClient = async (): Promise<string> => (await client.request({ path: '/', method: 'GET' })).body.text();
    for (const ask of [viaAgent, viaClient]) {
      await ask();

      await expect(toolWith(closed).run(ask)).rejects.toMatchObject({ reason: notPublic });
      await expect(toolWith({ allowed_domains: ['other.example'] }).run(ask)).rejects.toMatchObject({ reason: byName });
      await expect(toolWith(open).run(ask)).resolves.toBe('ok');
    }
    expect(seen.requests).toBe(4);
  });

  it('are lent as sessions of HTTP/2 only to tools that may open them', async () => {
    let requests = 0;
    const server = http2.createServer((_request, response) => {
      requests += 1;
      response.end('ok');
    });
    const port = await listening(server, 'localhost');
    const session = http2.connect(`http://localhost:${port}`);
    later(() => session.destroy());
    const ask = (): Promise<string> =>
      new Promise((resolve, reject) => session.request({ ':path': '/' }).setEncoding('utf8').on('data', resolve).on('error', reject));
    await ask();

    await expect(toolWith(closed).run(ask)).rejects.toMatchObject({ reason: notPublic });
    await expect(toolWith({ allowed_domains: [] }).run(ask)).rejects.toMatchObject({ reason: byName });
    await expect(toolWith(open).run(ask)).resolves.toBe('ok');
    expect(requests).toBe(2);
  });

  it('are not lent where they lead to a socket of this machine, though its name would pass', async () => {
    const socketPath = join(tmpdir(), `egress-pool-${process.pid}.sock`);
    let requests = 0;
    const server = http.createServer((_request, response) => {
      requests += 1;
      response.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const agent = new http.Agent({ keepAlive: true });
    const dispatcher = new Agent({ connect: { socketPath } });
    later(() => {
      agent.destroy();
      void dispatcher.destroy();
      server.close();
      server.closeAllConnections();
    });
    const viaAgent = (): Promise<string> =>
      new Promise((resolve, reject) => {
        http.get({ socketPath, agent }, (response) => response.setEncoding('utf8').on('data', resolve)).on('error', reject);
      });
    const viaUndici = async (): Promise<string> => (await npmRequest('http://localhost/', { dispatcher })).body.text();
    const tool = toolWith({ allowed_domains: ['*'], ...loopback });
    for (const ask of [viaAgent, viaUndici]) {
      await ask();

      await expect(tool.run(ask)).rejects.toMatchObject({ reason: expect.stringContaining('sockets of this machine') });
      await expect(ask()).resolves.toBe('ok');
    }
    expect(requests).toBe(4);
  });

  it('are not lent when a tool takes one out of a pool by hand', async () => {
    const { port, seen } = await counting();
    const agent = new http.Agent({ keepAlive: true });
    later(() => agent.destroy());
    await get(port, agent);
    await new Promise(setImmediate);
    const taken = Object.values(agent.freeSockets).flat()[0];
    const ask = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        http.get({ host: 'localhost', port, createConnection: () => taken }, resolve).on('error', reject);
      });

    await expect(toolWith(closed).run(ask)).rejects.toMatchObject({ reason: notPublic });
    expect(taken).toBeInstanceOf(net.Socket);
    expect(seen.requests).toBe(1);
  });

  it('stay usable where a tool made them itself through a stream of its own', async () => {
    const server = http2.createServer((_request, response) => response.end('ok'));
    const port = await listening(server, 'localhost');
    const sessionOverStream = (): http2.ClientHttp2Session => {
      const socket = net.connect(port, 'localhost');
      const session = http2.connect('http://localhost', { createConnection: () => Duplex.from({ readable: socket, writable: socket }) });
      later(() => session.destroy());
      return session.on('error', () => undefined);
    };
    const ask = (session: http2.ClientHttp2Session): Promise<string> =>
      new Promise((resolve, reject) => session.request({ ':path': '/' }).setEncoding('utf8').on('data', resolve).on('error', reject));
    const tool = toolWith(open);
    const foreign = sessionOverStream();

    await expect(tool.run(() => ask(sessionOverStream()))).resolves.toBe('ok');
    await expect(tool.run(() => ask(foreign))).rejects.toMatchObject({ reason: expect.stringContaining('nobody can tell where') });
    await expect(ask(foreign)).resolves.toBe('ok');
  });

  it('are judged by what TLS runs through', async () => {
    const port = await listening(net.createServer());
    const below = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => below.once('connect', resolve));
    const overSocket = tls.connect({ socket: below }).on('error', () => undefined);
    const overStream = tls.connect({ socket: new Duplex({ read: () => undefined, write: () => undefined }) }).on('error', () => undefined);
    later(() => [overSocket, overStream, below].forEach((socket) => socket.destroy()));
    const asked: string[] = [];
    const note = (what: string): undefined => void asked.push(what);
    const rules = { checks: [], allowedAddresses: [], childProcesses: 'deny' as const };
    const scope: EgressScope = { rules, monitors: false, refuseName: (host) => note(String(host)), refuseAddress: note, refuse: (_rule, reason) => note(reason) };

    refuseReuse(scope, overStream);
    refuseReuse(scope, overSocket);

    expect(asked).toEqual(['127.0.0.1']);
  });

  it('are opened by the rules of the request that waits for them, whoever made room', async () => {
    const { port } = await counting();
    const other = await counting();
    const agent = new http.Agent({ maxSockets: 1, maxTotalSockets: 1 });
    later(() => agent.destroy());
    const strict = toolWith({ allowed_domains: ['127.0.0.1'], ...loopback });
    const free = toolWith(open);

    const answers = await Promise.allSettled([
      strict.run(() => get(other.port, agent, '127.0.0.1')).catch((error: unknown) => error),
      free.run(() => get(port, agent)),
      strict.run(() => get(port, agent)),
      free.run(() => get(port, agent)),
      get(port, agent),
    ]);

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(free.reasons()).toEqual([]);
    expect(strict.reasons()).toEqual([byName]);
  });
});

describe('tools with different rules', () => {
  it('run at the same time, each under its own', async () => {
    const { port } = await counting();
    const free = toolWith(open);
    const strict = toolWith(closed);
    const stricter = toolWith({ allowed_domains: [] });
    const ask = async (): Promise<string> => (await fetch(`http://localhost:${port}/`)).text();
    const all = (): Promise<PromiseSettledResult<string>[]> => Promise.allSettled([free.run(ask), strict.run(ask), ask(), stricter.run(ask), free.run(ask)]);

    for (let round = 0; round < 5; round += 1) {
      expect((await all()).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
    }
    expect(free.reasons()).toEqual([]);
    expect(new Set(strict.reasons())).toEqual(new Set([notPublic]));
    expect(new Set(stricter.reasons())).toEqual(new Set([byName]));
  });

  it('open their connections again after the server closed them, under their own rules', async () => {
    const port = await serve((_request, response) => response.setHeader('connection', 'close').end('ok'));
    const dispatcher = new Agent({ connections: 1 });
    later(() => void dispatcher.destroy());
    const free = toolWith(open);
    const strict = toolWith({ allowed_domains: ['localhost'], allowed_addresses: ['10.0.0.0/8'] });
    const ask = async (): Promise<string> => (await npmRequest(`http://localhost:${port}/`, { dispatcher })).body.text();

    const answers = await Promise.allSettled([free.run(ask), free.run(ask), ask(), free.run(ask), strict.run(ask), free.run(ask)]);

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(free.reasons()).toEqual([]);
  });

  it('are held to the names behind a proxy as well as to the proxy', async () => {
    const { port } = await counting();
    const proxied: string[] = [];
    const proxy = http.createServer((request, response) => {
      proxied.push(request.url ?? '');
      response.end('ok');
    });
    proxy.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
      proxied.push(request.url ?? '');
      const upstream = net.connect(port, 'localhost', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
    });
    const proxyPort = await listening(proxy);
    const dispatcher = new ProxyAgent(`http://127.0.0.1:${proxyPort}`);
    later(() => void dispatcher.destroy());
    const via = (host: string): (() => Promise<string>) => async () => (await npmRequest(`http://${host}:${port}/`, { dispatcher })).body.text();
    const tool = toolWith({ allowed_domains: ['localhost', '127.0.0.1'], ...loopback });

    await expect(tool.run(via('localhost'))).resolves.toBe('ok');
    await expect(tool.run(via('evil.example'))).rejects.toMatchObject({ reason: byName });
    await expect(toolWith(open).run(via('localhost'))).rejects.toMatchObject({ reason: byName });
    expect(proxied.join(' ')).not.toContain('evil');
  });
});
