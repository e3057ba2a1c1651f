import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addSignature } from '../checkpoint/sign-checkpoint.js';
import { formatSignatureLine, parseSignedNote } from '../checkpoint/signed-note.js';
import type { Signer } from '../checkpoint/signer.js';
import { verifyNote } from '../checkpoint/verify-note.js';
import { createWitness, type WitnessServer, type WitnessServerOptions } from './witness-server.js';
import { keyOf, newSigner, ORIGIN, TestLog } from './witness.test.kit.js';

interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

describe('a witness server', () => {
  const log = new TestLog(40);
  const signer = newSigner('witness.example/w');
  let folder: string;
  let server: WitnessServer;
  let url: string;
  let errors: unknown[];

  async function start(options: Partial<WitnessServerOptions> = {}): Promise<void> {
    server = createWitness({ signer, logs: [{ origin: ORIGIN, keys: [log.key] }], folder, onError: (error) => errors.push(error), ...options });
    ({ url } = await server.listen());
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'enforcecore-witness-'));
    errors = [];
    await start();
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function post(body: string | Uint8Array<ArrayBuffer>, to = url): Promise<Reply> {
    const response = await fetch(`${to}/add-checkpoint`, { method: 'POST', body });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  }

  async function statusOf(body: string | Uint8Array<ArrayBuffer>): Promise<number> {
    return (await post(body)).status;
  }

  async function timeOf(note: string, { body }: Reply, key = keyOf(server)): Promise<number | null | undefined> {
    const { verified } = await verifyNote(parseSignedNote(addSignature(note, body)), [key]);
    return verified[0]?.time;
  }

  it('cosigns what continues the log, from nothing on', async () => {
    const before = Math.floor(Date.now() / 1000);
    const first = await post(log.body(0, 5));
    const second = await post(log.body(5, 5));
    const third = await post(log.body(5, 40));

    expect([first.status, second.status, third.status]).toEqual([200, 200, 200]);
    expect(await timeOf(log.note(5), first)).toBeGreaterThanOrEqual(before);
    expect(await timeOf(log.note(5), second)).toBeGreaterThanOrEqual(before);
    expect(await timeOf(log.note(40), third)).toBeGreaterThanOrEqual(before);
    expect(await timeOf(log.note(5), third)).toBeUndefined();
  });

  it('starts with the empty log, too', async () => {
    expect([await statusOf(log.body(0, 0)), await statusOf(log.body(0, 3))]).toEqual([200, 200]);
  });

  it('never goes back (rollback)', async () => {
    await post(log.body(0, 8));

    expect(await post(log.body(0, 5))).toMatchObject({ status: 409, body: '8\n', type: 'text/x.tlog.size' });
    expect(await post(log.body(5, 5))).toMatchObject({ status: 409, body: '8\n' });
    expect(await statusOf(log.body(8, 5))).toBe(400);
    expect(await statusOf(log.body(8, 9))).toBe(200);
  });

  it('never vouches for two histories (fork)', async () => {
    const fork = log.fork(6);
    await post(log.body(0, 8));

    expect(await statusOf(fork.body(8, 12))).toBe(422);
    expect(await post(fork.body(8, 8))).toMatchObject({ status: 409, body: '8\n' });
    expect(await statusOf(fork.body(0, 12))).toBe(409);
    expect(await statusOf(log.body(8, 12, [...log.proof(8, 12), '0'.repeat(64)]))).toBe(422);
    expect(await statusOf(log.body(8, 12, []))).toBe(422);
    expect(await statusOf(log.body(8, 12))).toBe(200);
  });

  it('never vouches for two histories, though both come at once, at two servers on one folder', async () => {
    const other = createWitness({ signer, logs: [{ origin: ORIGIN, keys: [log.key] }], folder });
    const address = await other.listen();
    const forks = Array.from({ length: 12 }, (_, i) => log.fork(5, `fork ${String(i)}`));
    await post(log.body(0, 5));

    const replies = await Promise.all(forks.flatMap((fork) => [post(fork.body(5, 9)), post(fork.body(5, 9), address.url)]));
    await other.close();

    const winners = forks.filter((_, i) => replies.slice(2 * i, 2 * i + 2).some(({ status }) => status === 200));
    expect(winners).toHaveLength(1);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(readFileSync(latest(), 'utf8')).toContain(parseSignedNote(winners[0]?.note(9) ?? '').text);
  });

  function latest(): string {
    const [of = ''] = readdirSync(folder);
    return join(folder, of, readdirSync(join(folder, of)).sort().at(-1) ?? '');
  }

  it('remembers after a start anew, and keeps few files', async () => {
    for (let size = 1; size <= 20; size += 1) await post(log.body(size - 1, size));
    await server.close();
    await start();

    expect(await post(log.fork(3).body(0, 8))).toMatchObject({ status: 409, body: '20\n' });
    expect(await statusOf(log.body(20, 21))).toBe(200);
    expect(readdirSync(join(latest(), '..'))).toHaveLength(2);
  });

  it('signs nothing on a state that is damaged, empty, or of another log', async () => {
    await post(log.body(0, 8));
    const whole = readFileSync(latest(), 'utf8');

    for (const bad of ['', whole.slice(0, 20), `x${whole}`, whole.replace(ORIGIN, 'example.com/other'), whole.replace('\n8\n', '\n-8\n')]) {
      writeFileSync(latest(), bad);
      expect(await statusOf(log.body(8, 9))).toBe(500);
      expect(await statusOf(log.body(0, 9))).toBe(500);
    }
    expect(errors.length).toBe(10);
    expect(errors.every((error) => (error as { code?: unknown }).code === 'CHECKPOINT')).toBe(true);
    writeFileSync(latest(), whole);
    expect(await statusOf(log.body(8, 9))).toBe(200);
  });

  it('knows only its logs and their keys', async () => {
    const stranger = newSigner(ORIGIN);
    const strangers = new TestLog(9, stranger);
    const line = formatSignatureLine({ ...log.key, bytes: new Uint8Array(64) });
    const tampered = log.body(0, 5).replace('\n5\n', '\n6\n');

    expect(await statusOf(strangers.body(0, 5))).toBe(403);
    expect(await statusOf(tampered)).toBe(403);
    expect(await statusOf(`old 0\n\n${addSignature(log.note(5), line)}`)).toBe(403);
    expect(await statusOf(log.body(0, 5).replaceAll(ORIGIN, 'example.com/unknown'))).toBe(404);
    expect(await statusOf(`old 0\n\n${parseSignedNote(log.note(5)).text}`)).toBe(400);
    expect(await statusOf(log.body(0, 5))).toBe(200);
  });

  it('takes and forgets signatures by others', async () => {
    const note = addSignature(log.note(5), formatSignatureLine({ ...keyOf(newSigner('stranger')), bytes: new Uint8Array(64) }));

    expect(await statusOf(`old 0\n\n${note}`)).toBe(200);
    expect(readFileSync(latest(), 'utf8')).not.toContain('stranger');
  });

  it('answers 400 to what is no request', async () => {
    const good = log.body(2, 5);
    const hash = `${Buffer.alloc(32).toString('base64')}\n`;
    const bad = [
      '',
      '\n',
      '\n\n',
      'old 0\n',
      'old 0\n\n',
      good.replace('old 2', 'old -2'),
      good.replace('old 2', 'old 02'),
      good.replace('old 2', 'old  2'),
      good.replace('old 2', 'Old 2'),
      good.replace('old 2', 'old 9007199254740993'),
      good.replace('\n', '\r\n'),
      good.replace('\n', '\nAAAA\n'),
      good.replace('\n', `\n${hash.repeat(64)}`),
      good.slice(0, -1),
      good.replace('\n5\n', '\n05\n'),
      good.replace(/— .*\n/, ''),
      good.replace('—', '-'),
      `${good}junk`,
      `\ufeff${good}`,
      good.replace(ORIGIN, `${ORIGIN}\0`),
    ];

    for (const body of bad) expect([body, await statusOf(body)]).toEqual([body, 400]);
    expect(await statusOf(new Uint8Array([0x6f, 0x6c, 0x64, 0xff, 0x0a, 0x0a]))).toBe(400);
    expect(errors).toEqual([]);
  });

  it('has one address', async () => {
    const get = async (path: string, method = 'GET'): Promise<number> => (await fetch(url + path, { method })).status;

    expect([await get('/'), await get('/add-checkpoint'), await get('/add-checkpoint', 'PUT'), await get('/add-checkpoint/', 'POST')]).toEqual([404, 405, 405, 404]);
    expect([await get('/add-checkpoint?x', 'POST'), await get('/../../etc/passwd'), await get('//add-checkpoint', 'POST')]).toEqual([404, 404, 404]);
  });

  it('reads no more of a body than a request can have', async () => {
    const [status, sent] = await flood();

    expect(status === 413 || status === 0).toBe(true);
    expect(sent).toBeLessThan(64_000_000);
    expect(await statusOf(log.body(0, 5))).toBe(200);
  });

  /** Sends without end until the server has had enough; status 0 where it hung up before it could be read. */
  function flood(): Promise<readonly [number, number]> {
    return new Promise((resolve) => {
      let [status, sent] = [0, 0];
      const chunk = Buffer.alloc(65_536, 'x');
      const client = request(`${url}/add-checkpoint`, { method: 'POST' }, (response) => {
        status = response.statusCode ?? 0;
        response.resume();
      });
      client.on('error', () => undefined);
      client.on('close', () => {
        resolve([status, sent]);
      });
      const more = (): void => {
        if (client.destroyed || sent > 64_000_000) {
          client.destroy();
          return;
        }
        sent += chunk.length;
        client.write(chunk, more);
      };
      more();
    });
  }

  it('hangs up on clients that are slow, and goes on serving others', async () => {
    await server.close();
    await start({ timeoutMs: 1000 });
    const { port, hostname } = new URL(url);
    const slow = ['', 'POST /add-check', 'POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\nold 0\n'].map(
      (start) =>
        new Promise<string>((resolve) => {
          const socket = connect(Number(port), hostname, () => socket.write(start));
          socket.on('error', () => undefined);
          socket.resume();
          socket.on('close', () => {
            resolve('hung up');
          });
        }),
    );

    expect(await statusOf(log.body(0, 5))).toBe(200);
    expect(await Promise.all(slow)).toEqual(['hung up', 'hung up', 'hung up']);
  });

  it('tells no client why it failed itself, and vouches at the next try', async () => {
    await server.close();
    let isBroken = true;
    const broken: Signer = {
      verifierKey: signer.verifierKey,
      sign: async (message) => (isBroken ? newSigner('other').sign(message) : signer.sign(message)),
    };
    await start({ signer: broken });

    expect(await post(log.body(0, 5))).toMatchObject({ status: 500, body: '' });
    isBroken = false;
    expect(await post(log.body(0, 5))).toMatchObject({ status: 409, body: '5\n' });
    expect(await statusOf(log.body(5, 5))).toBe(200);
    expect(errors).toEqual([expect.objectContaining({ code: 'KEY' })]);
  });

  it('signs no earlier time for a longer log, though the clock went back', async () => {
    await server.close();
    let now = 1_700_000_000;
    await start({ now: () => now });
    await post(log.body(0, 5));
    now -= 3600;
    await server.close();
    await start({ now: () => now });

    expect(await timeOf(log.note(6), await post(log.body(5, 6)))).toBe(1_700_000_000);
  });

  it('refuses options that cannot be kept', async () => {
    const options = expect.objectContaining({ code: 'OPTIONS' });
    const one = { origin: ORIGIN, keys: [log.key] };

    expect(() => createWitness({ signer, folder, logs: [one, one] })).toThrow(options);
    expect(() => createWitness({ signer, folder, logs: [{ origin: 'x', keys: [] }] })).toThrow(options);
    expect(() => createWitness({ signer, folder: '/dev/null/x', logs: [one] })).toThrow(expect.objectContaining({ name: 'TrailError' }));
    await expect(createWitness({ signer, folder, logs: [one] }).listen(Number(new URL(url).port))).rejects.toMatchObject({ code: 'IO' });
  });
});
