import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@enforcecore/core/testing';
import { request } from 'node:http';
import { connect } from 'node:net';
import { httpDefaults } from '../config/read-serve.js';
import { serveHttp } from './serve-http.js';
import { endpointsForATest, initialize, listTools, WhoAmI, whoAmI } from './serve.test.kit.js';

const started = endpointsForATest();
const tokens = { alice: 'alice-token-0123456789', bob: 'bob-token-0123456789' };
const bearer = (token: string): { readonly requestInit: RequestInit } => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } });

/** With headers that fetch does not let through, such as Host. */
function raw(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers } }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => { text += piece.toString(); });
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, body: text }); });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

describe('the gateway over HTTP', () => {
  it.each(['legacy', 'auto'] as const)('serves the official client, protocol %s', async (mode) => {
    const { connect: connected } = await started();
    const client = await connected({}, mode);

    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['whoami']);
    expect((await whoAmI(client)).caller.agent).toBeUndefined();
  });

  it('refuses to listen for others when nobody is asked for a token', async () => {
    const open = serveHttp(new WhoAmI(), { ...httpDefaults, host: '0.0.0.0', port: 0 });

    await expect(open).rejects.toMatchObject({ code: 'GATEWAY' });
  });

  it('starts what it serves only once it listens, and stops listening where that fails', async () => {
    const { serving } = await started();
    const taken = Number(new URL(serving.url).port);
    let starts = 0;
    const failing = (): Promise<WhoAmI> => {
      starts++;
      return Promise.reject(new Error('it did not start'));
    };

    await expect(serveHttp(failing, { ...httpDefaults, port: taken })).rejects.toThrow('EADDRINUSE');
    expect(starts).toBe(0);
    await expect(serveHttp(failing, { ...httpDefaults, port: 0 })).rejects.toThrow('it did not start');
    expect(starts).toBe(1);
  });

  it('says with a typed error that a port is taken', async () => {
    const { serving } = await started();

    await expect(serveHttp(new WhoAmI(), { ...httpDefaults, port: Number(new URL(serving.url).port) })).rejects.toMatchObject({ code: 'GATEWAY' });
  });

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost@evil.example', '169.254.169.254'])('refuses the Host %j, as after DNS rebinding', async (host) => {
    const { serving, source } = await started();

    const { status } = await raw(serving.url, { host }, JSON.stringify(initialize));

    expect([403, 400]).toContain(status);
    expect(source.callers).toEqual([]);
  });

  it.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'file://', 'http://127.0.0.1:1'])('refuses the origin %s', async (origin) => {
    const { post, source } = await started();

    expect((await post(initialize, { origin })).status).toBe(403);
    expect(source.callers).toEqual([]);
  });

  it('refuses a page of another site that leaves out its origin', async () => {
    const { post } = await started();

    expect((await post(initialize, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('lets a listed origin in, and lets it read the answer', async () => {
    const { post } = await started({ origins: ['https://app.example'] });

    const response = await post(initialize, { origin: 'https://app.example' });

    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.example']);
    await response.body?.cancel();
  });

  it.each([
    ['no JSON', 'nonsense', {}, 400],
    ['another type', JSON.stringify(initialize), { 'content-type': 'text/plain' }, 415],
    ['a body that is too large', `"${'x'.repeat(3_000)}"`, {}, 413],
    ['a request before a session', JSON.stringify(listTools), {}, 400],
    ['many initializations in one', JSON.stringify([initialize, initialize]), {}, 400],
    ['a session that is none', JSON.stringify(listTools), { 'mcp-session-id': 'x' }, 404],
  ])('refuses %s', async (_what, body, headers, status) => {
    const { post, serving } = await started({ maxRequestBytes: 2_048 });

    const response = await post(body, headers);

    expect([response.status, serving.sessions()]).toEqual([status, 0]);
    await response.body?.cancel();
  });

  it('answers nothing but its path', async () => {
    const { serving } = await started();

    expect((await fetch(new URL('/other', serving.url))).status).toBe(404);
    expect((await fetch(serving.url, { method: 'PUT' })).status).toBe(405);
  });

  it('opens no more sessions than it may, and one again when one has ended', async () => {
    const { connect: connected, post } = await started({ maxSessions: 1 });
    const client = await connected();

    expect((await post(initialize)).status).toBe(503);

    const { transport } = client;
    if (transport !== undefined && 'terminateSession' in transport) await (transport as unknown as { terminateSession(): Promise<void> }).terminateSession(); // the HTTP transport has it
    const response = await post(initialize);
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('ends a session that nobody used for long, and keeps one that has a stream open', async () => {
    const clock = new FakeClock();
    const { post, serving } = await started({ sessionIdleMs: 60_000 }, { clock });
    const ids = await Promise.all([1, 2].map(async () => {
      const response = await post(initialize);
      await response.text();
      return response.headers.get('mcp-session-id') ?? '';
    }));
    const stream = await fetch(serving.url, { headers: { accept: 'text/event-stream', 'mcp-session-id': ids[0] ?? '' } });

    for (let minute = 0; minute < 10; minute++) clock.advance(15_000);

    expect([stream.status, serving.sessions()]).toEqual([200, 1]);
    expect((await post(listTools, { 'mcp-session-id': ids[1] ?? '' })).status).toBe(404);
    await stream.body?.cancel();
  });

  it('ends sessions, streams and the socket when it closes', async () => {
    const { post, serving } = await started();
    const response = await post(initialize);
    await response.text();
    const stream = await fetch(serving.url, { headers: { accept: 'text/event-stream', 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' } });

    await serving.close();

    expect(serving.sessions()).toBe(0);
    await expect(stream.text().then(() => fetch(serving.url))).rejects.toThrow();
  });

  it.each([['headers', 'POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '], ['a body', 'POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{']])('cuts off who sends %s too slowly', async (_what, begun) => {
    const { serving, source } = await started({}, { requestTimeoutMs: 40 });
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.write(begun);

    await new Promise((resolve) => { socket.once('close', resolve); });

    expect(source.callers).toEqual([]);
  });

  it('survives a client that sends half a request and hangs up', async () => {
    const { serving, connect: connected } = await started();
    const socket = connect(Number(new URL(serving.url).port), '127.0.0.1');
    socket.write('POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"json');
    await new Promise<void>((resolve) => { socket.once('connect', () => { socket.destroy(); resolve(); }); });

    expect((await (await connected()).listTools()).tools.length).toBe(1);
  });
});

describe('tokens of clients', () => {
  it('name the caller, and are seen by no tool', async () => {
    const { connect: connected } = await started({ auth: { tokens } });

    for (const mode of ['legacy', 'auto'] as const) {
      const { caller, seen, headers } = await whoAmI(await connected(bearer(tokens.alice), mode));

      expect(caller.agent).toBe('alice');
      expect(seen).not.toContain(tokens.alice);
      expect(JSON.stringify(headers)).not.toContain(tokens.alice);
    }
  });

  it.each([[undefined], ['Bearer'], ['Bearer wrong-token-0123456789'], ['Basic YWxpY2U6eA=='], [`Bearer ${tokens.alice}x`], [`Bearer ${tokens.alice.slice(0, -1)}`]])('refuse %j before the body is read', async (authorization) => {
    const { post, source } = await started({ auth: { tokens } });

    const response = await post(initialize, authorization === undefined ? {} : { authorization });

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect(source.callers).toEqual([]);
  });

  it('let one client not use the session of another', async () => {
    const { post } = await started({ auth: { tokens } });
    const opened = await post(initialize, { authorization: `Bearer ${tokens.alice}` });
    await opened.text();
    const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };

    const [bob, alice] = [await post(listTools, { ...session, authorization: `Bearer ${tokens.bob}` }), await post(listTools, { ...session, authorization: `Bearer ${tokens.alice}` })];

    expect([bob.status, alice.status]).toEqual([404, 200]);
    await alice.text();
  });

  it('are in no log', async () => {
    const lines: string[] = [];
    const { post } = await started({ auth: { tokens } }, { logger: { log: (...line) => { lines.push(JSON.stringify(line)); } } });
    await post('nonsense', { authorization: `Bearer ${tokens.alice}` });
    await post({ jsonrpc: '2.0', id: 1, method: 'x', params: { _meta: 3 } }, { authorization: `Bearer ${tokens.alice}` });

    expect(lines.join('\n')).not.toContain(tokens.alice);
  });

  it('make another host than this machine good to listen on', async () => {
    const { serving } = await started({ host: '0.0.0.0', auth: { tokens } });

    expect((await fetch(serving.url.replace('0.0.0.0', '127.0.0.1'))).status).toBe(401);
  });
});
