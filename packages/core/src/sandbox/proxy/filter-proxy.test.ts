import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EgressRules } from '../../egress/egress-rules.js';
import { Policy } from '../../policy/policy.js';
import { FilterProxy, type FilterProxyOptions } from './filter-proxy.js';

let folder: string;
let server: Server;
let port: string;
let seen: IncomingMessage[] = [];
let denied: string[] = [];
let proxy: FilterProxy | undefined;
let count = 0;

function rulesOf(network: object): EgressRules {
  const { egress } = Policy.from({ name: 'p', rules: { network } }).rulesFor('t');
  if (egress === undefined) throw new Error('expected rules');
  return egress;
}

const here = rulesOf({ allowed_domains: ['here.test', 'redirect.test'], allowed_addresses: ['127.0.0.0/8'] });
const home = (): Promise<{ address: string; family: number }[]> => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'enforcecore-proxy-'));
  server = createServer((request, response) => {
    seen.push(request);
    if (request.url === '/moved') response.writeHead(302, { location: 'http://evil.test/' }).end();
    else if (request.url === '/silent') response.writeHead(200).flushHeaders();
    else request.pipe(response);
  });
  port = await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(String((server.address() as AddressInfo).port))));
});

afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  seen = [];
  denied = [];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** What the proxy answers to bytes, until it closes the connection. */
async function say(bytes: string | Uint8Array, options: FilterProxyOptions = {}, rules: EgressRules = here): Promise<string> {
  const path = join(folder, `proxy-${String((count += 1))}`);
  proxy ??= await listening(new FilterProxy(rules, { resolve: home, onDenied: (reason) => denied.push(reason), ...options }), path);
  const open = paths.get(proxy) ?? path;
  return new Promise((resolve) => {
    const socket = connect(open);
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => (text += part));
    socket.on('error', () => undefined).on('close', () => resolve(text));
    socket.write(bytes);
  });
}

const paths = new WeakMap<FilterProxy, string>();

async function listening(made: FilterProxy, path: string): Promise<FilterProxy> {
  await made.listen(path);
  paths.set(made, path);
  return made;
}

const get = (url: string, headers = ''): string => `GET ${url} HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n${headers}\r\n`;

describe('the filtering proxy', () => {
  it('forwards a request to a host that is allowed, by the name that was judged', async () => {
    const answer = await say(get(`http://here.test:${port}/path?q`));

    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen[0]?.url).toBe('/path?q');
    expect(seen[0]?.headers.host).toBe(`here.test:${port}`);
  });

  it('forwards bodies both ways', async () => {
    const body = 'x'.repeat(200_000);

    const answer = await say(`POST http://here.test:${port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`);

    expect(answer.length).toBeGreaterThan(body.length);
  });

  it('hands over no headers that are meant for itself', async () => {
    await say(get(`http://here.test:${port}/`, 'Proxy-Authorization: Basic c2VjcmV0\r\nUpgrade: h2c\r\nX-Hop: 1\r\nConnection: x-hop\r\n'));

    expect(seen[0]?.headers).toEqual({ host: `here.test:${port}`, connection: 'close' });
  });

  it('opens a tunnel to a host that is allowed', async () => {
    const answer = await say(`CONNECT here.test:${port} HTTP/1.1\r\n\r\n${get('/inside')}`);

    expect(answer).toMatch(/^HTTP\/1\.1 200 Connection Established\r\n\r\nHTTP\/1\.1 200 OK/);
  });

  it.each([
    ['a host that is not allowed', () => get(`http://evil.test:${port}/`), 'host is not in rules.network.allowed_domains'],
    ['a tunnel to it', () => `CONNECT evil.test:${port} HTTP/1.1\r\n\r\n`, 'host is not in rules.network.allowed_domains'],
    ['an address instead of a name', () => `CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`, 'host is not in rules.network.allowed_domains'],
  ])('refuses %s, and tells it', async (_, request, reason) => {
    const answer = await say(request());

    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(denied).toEqual([reason]);
    expect(seen).toEqual([]);
  });

  it('gives a redirect back as it is, and judges what becomes of it', async () => {
    const first = await say(get(`http://redirect.test:${port}/moved`));
    const second = await say(get('http://evil.test/'));

    expect(first).toMatch(/^HTTP\/1\.1 302 [^]*location: http:\/\/evil\.test\//i);
    expect(second).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('refuses a name that is allowed and leads to an address that is not', async () => {
    const answer = await say(`CONNECT here.test:${port} HTTP/1.1\r\n\r\n`, {}, rulesOf({ allowed_domains: ['here.test'] }));

    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(denied[0]).toMatch(/not public/);
  });

  it('asks for an address once, so that a second answer cannot lead elsewhere', async () => {
    const answers = ['127.0.0.1', '169.254.169.254', '169.254.169.254'];
    const rebinding = (): Promise<{ address: string; family: number }[]> => Promise.resolve([{ address: answers.shift() ?? '', family: 4 }]);

    const answer = await say(get(`http://here.test:${port}/`), { resolve: rebinding });

    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answers).toHaveLength(2);
  });

  it.each([
    ['bytes that are no request', '\u0000\u0001\u0002\r\n\r\n'],
    ['a request for itself', get('/')],
    ['an encrypted URL outside a tunnel', get('https://here.test/')],
    ['a tunnel to nowhere', 'CONNECT / HTTP/1.1\r\n\r\n'],
    ['lengths that contradict each other', 'POST http://here.test/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a header without end', `GET http://here.test/ HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`],
  ])('answers %s with an error, and goes on', async (_, bytes) => {
    const answer = await say(bytes);
    const next = await say(get(`http://here.test:${port}/`));

    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(next).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('survives whatever it is sent', async () => {
    const part = fc.constantFrom('CONNECT ', 'GET ', 'http://', 'here.test', ':', '0', '@', '[', ']', ' HTTP/1.1', '\r\n', '\r\n\r\n', '\u0000', 'Content-Length: ', '9'.repeat(30), 'Transfer-Encoding: chunked');
    const property = fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
      await say(`${parts.join('')}\r\n\r\nx\r\n\r\n`, { idleMs: 20 });
    });

    await fc.assert(property, { numRuns: 15 });

    expect(await say(get(`http://here.test:${port}/`))).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('says so when the host cannot be reached', async () => {
    const nobody = await new Promise<string>((resolve) => {
      const brief = createServer().listen(0, '127.0.0.1', () => {
        const free = String((brief.address() as AddressInfo).port);
        brief.close(() => resolve(free));
      });
    });

    const tunnel = await say(`CONNECT here.test:${nobody} HTTP/1.1\r\n\r\n`);
    const request = await say(get(`http://here.test:${nobody}/`));

    expect(tunnel).toMatch(/^HTTP\/1\.1 502 /);
    expect(request).toMatch(/^HTTP\/1\.1 502 /);
  });

  it('cuts what is silent for too long', async () => {
    const tunnel = await say(`CONNECT here.test:${port} HTTP/1.1\r\n\r\n`, { idleMs: 300 });

    expect(tunnel).toBe('HTTP/1.1 200 Connection Established\r\n\r\n');
  });

  it('takes no more connections than it may have', async () => {
    await say('', { maxConnections: 2, idleMs: 100 });

    const answers = await Promise.all(Array.from({ length: 6 }, () => say(`CONNECT here.test:${port} HTTP/1.1\r\n\r\n`)));

    expect(answers.filter((answer) => answer !== '')).toHaveLength(2);
  });

  it('cuts every tunnel when it is closed', async () => {
    const tunnel = say(`CONNECT here.test:${port} HTTP/1.1\r\n\r\n${get('/silent')}`);
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    await proxy?.close();

    expect(await tunnel).toMatch(/Connection Established/);
  });
});
