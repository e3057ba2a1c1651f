import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cosignatureKey, cosignatureMessage, formatCosignature } from '../checkpoint/cosignature.js';
import { addSignature } from '../checkpoint/sign-checkpoint.js';
import { formatSignatureLine, parseSignedNote } from '../checkpoint/signed-note.js';
import { verifyNote } from '../checkpoint/verify-note.js';
import { WitnessClient, type WitnessRequest } from './witness-client.js';
import { createWitness, type WitnessServer } from './witness-server.js';
import { keyOf, newSigner, ORIGIN, TestLog } from './witness.test.kit.js';

const log = new TestLog(40);
const signer = newSigner('witness.example/w', 'cosignature/v1');
const key = keyOf(signer);

function asking(size: number, oldSize: number, history = log): WitnessRequest {
  return { note: history.note(size), oldSize, proofFrom: (from) => history.proof(from, size) };
}

describe('a witness client, with a witness as C2SP describes it,', () => {
  let folder: string;
  let server: WitnessServer;
  let client: WitnessClient;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'enforcecore-witness-'));
    server = createWitness({ signer, logs: [{ origin: ORIGIN, keys: [log.key] }], folder });
    client = new WitnessClient({ url: (await server.listen()).url, key });
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gets cosignatures that verify', async () => {
    const request = asking(5, 0);

    const { lines, time } = await client.cosign(request);

    const note = lines.reduce((all, line) => addSignature(all, line), request.note);
    expect((await verifyNote(parseSignedNote(note), [key])).verified).toEqual([{ key, time }]);
  });

  it('starts from the size that the witness knows, where it is another than thought', async () => {
    await client.cosign(asking(5, 0));

    expect((await client.cosign(asking(20, 0))).lines).toHaveLength(1);
    expect((await client.cosign(asking(30, 7))).lines).toHaveLength(1);
    expect((await client.cosign(asking(30, 0))).lines).toHaveLength(1);
  });

  it('raises an alarm where the witness has seen more, or another history', async () => {
    await client.cosign(asking(20, 0));
    const fork = log.fork(3);
    const alarm = { name: 'TrailError', code: 'CHECKPOINT' };

    await expect(client.cosign(asking(10, 0))).rejects.toMatchObject(alarm);
    await expect(client.cosign(asking(20, 0, fork))).rejects.toMatchObject(alarm);
    await expect(client.cosign(asking(20, 20, fork))).rejects.toMatchObject(alarm);
    await expect(client.cosign(asking(30, 0, fork))).rejects.toMatchObject(alarm);
    await expect(client.cosign(asking(30, 20, fork))).rejects.toMatchObject(alarm);
    expect((await client.cosign(asking(30, 20))).lines).toHaveLength(1);
  });

  it('says so where the witness knows neither log nor key', async () => {
    const stranger = new TestLog(9, newSigner(ORIGIN));
    const unknown = { ...asking(5, 0), note: log.note(5).replaceAll(ORIGIN, 'example.com/unknown') };

    await expect(client.cosign(asking(5, 0, stranger))).rejects.toMatchObject({ code: 'WITNESS', message: expect.stringContaining('key') });
    await expect(client.cosign(unknown)).rejects.toMatchObject({ code: 'WITNESS', message: expect.stringContaining('origin') });
  });
});

describe('a witness client, with a witness that errs or lies,', () => {
  let server: Server;
  let answers: ((response: ServerResponse, body: string) => void)[];
  let asked: string[];
  let client: WitnessClient;
  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A server that listens on a port has an address of this form.
    const { port } = server.address() as AddressInfo;
    client = new WitnessClient({ url: `http://127.0.0.1:${String(port)}/w/`, key, timeoutMs: 5000 });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${body.split('\n', 1)[0] ?? ''}`);
    answers.shift()?.(response, body);
  }

  function says(status: number, body = '', type = 'text/x.tlog.size') {
    return (response: ServerResponse): void => {
      response.writeHead(status, { 'content-type': type, location: 'http://127.0.0.1:1/' });
      response.end(body);
    };
  }

  async function outcome(...given: typeof answers): Promise<unknown> {
    answers = given;
    asked = [];
    return client.cosign(asking(10, 4)).then(
      ({ lines }) => lines.length,
      (error: unknown) => (error as { code?: unknown }).code,
    );
  }

  function line(note: string, by = signer, as = cosignatureKey(keyOf(by)), time = 5): string {
    const bytes = formatCosignature(time, by.sign(cosignatureMessage(time, parseSignedNote(note).text)));
    return `${formatSignatureLine({ name: as.name, keyId: as.keyId, bytes })}\n`;
  }

  it('keeps the verified lines by its key, and no others', async () => {
    const stranger = newSigner('stranger');
    const good = line(log.note(10));

    expect(await outcome(says(200, good))).toBe(1);
    expect(asked).toEqual(['POST /w/add-checkpoint old 4']);
    expect(await outcome(says(200, good + line(log.note(10), stranger)))).toBe(1);
    expect(await outcome(says(200, good + line(log.note(10), signer, key, 9)))).toBe(2);
  });

  it('keeps nothing of an answer that has one wrong line by that key', async () => {
    const wrong = [line(log.note(9)), line(log.note(10), newSigner('x'), key), `${formatSignatureLine({ ...key, bytes: new Uint8Array(64) })}\n`];

    for (const bad of wrong) {
      expect(await outcome(says(200, bad))).toBe('WITNESS');
      expect(await outcome(says(200, line(log.note(10)) + bad))).toBe('WITNESS');
    }
  });

  it('takes no other answer for a cosignature', async () => {
    const good = line(log.note(10));
    const bad = ['', '\n', good.slice(0, -1), `${good}\n`, `\n${good}`, good.replace('—', '-'), `${good}junk\n`, '<html>\n', good.repeat(101), line(log.note(10), newSigner('x'))];

    for (const body of bad) expect([body.slice(0, 99), await outcome(says(200, body))]).toEqual([body.slice(0, 99), 'WITNESS']);
    for (const status of [201, 204, 206, 301, 307, 308, 400, 401, 403, 404, 418, 429, 500, 503]) {
      expect([status, await outcome(says(status, status === 204 ? '' : good))]).toEqual([status, 'WITNESS']);
      expect(asked).toHaveLength(1);
    }
  });

  it('tries once more from the size it is told, and only where that is one', async () => {
    const good = line(log.note(10));

    expect(await outcome(says(409, '7\n'), says(200, good))).toBe(1);
    expect(asked).toEqual(['POST /w/add-checkpoint old 4', 'POST /w/add-checkpoint old 7']);
    expect(await outcome(says(409, '0\n'), says(200, good))).toBe(1);
    expect(await outcome(says(409, '7\n', 'text/x.tlog.size; charset=utf-8'), says(200, good))).toBe(1);
    for (const body of ['', '7', '07\n', '-1\n', '7\n\n', '7 \n', '1e1\n', '9007199254740992\n', 'x\n']) {
      expect([body, await outcome(says(409, body), says(200, good))]).toEqual([body, 'WITNESS']);
    }
    expect(await outcome(says(409, '7\n', 'text/plain'), says(200, good))).toBe('WITNESS');
    expect(await outcome(says(409, '7\n'), says(409, '8\n'), says(200, good))).toBe('WITNESS');
    expect(asked).toHaveLength(2);
  });

  it('raises an alarm for every answer that means another history', async () => {
    expect(await outcome(says(409, '11\n'))).toBe('CHECKPOINT');
    expect(await outcome(says(409, '9007199254740991\n'))).toBe('CHECKPOINT');
    expect(await outcome(says(409, '4\n'))).toBe('CHECKPOINT');
    expect(await outcome(says(409, '7\n'), says(409, '7\n'))).toBe('CHECKPOINT');
    expect(await outcome(says(409, '10\n'), says(409, ''))).toBe('CHECKPOINT');
    expect(await outcome(says(422))).toBe('CHECKPOINT');
    expect(await outcome(says(409, '7\n'), says(422))).toBe('CHECKPOINT');
  });

  it('reads no more than an answer can have, and waits no longer than it was told', async () => {
    const endless = (response: ServerResponse): void => {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536, 'x'), more);
      };
      more();
    };
    const silent = (): void => undefined;
    const dribbling = (response: ServerResponse): void => {
      response.writeHead(200);
      response.write('— ');
    };
    const notUtf8 = (response: ServerResponse): void => {
      response.writeHead(200);
      response.end(Buffer.of(0xe2, 0x80));
    };
    const cut = (response: ServerResponse): void => {
      response.writeHead(200, { 'content-length': 999 });
      response.write('— ');
      response.destroy();
    };

    expect(await outcome(endless)).toBe('WITNESS');
    expect(await outcome(notUtf8)).toBe('WITNESS');
    expect(await outcome(cut)).toBe('WITNESS');
    const { port } = server.address() as AddressInfo;
    client = new WitnessClient({ url: `http://127.0.0.1:${String(port)}`, key, timeoutMs: 100 });
    expect(await outcome(silent)).toBe('WITNESS');
    expect(await outcome(dribbling)).toBe('WITNESS');
    client = new WitnessClient({ url: 'http://127.0.0.1:1', key });
    expect(await outcome()).toBe('WITNESS');
  });

  it('refuses options that cannot be kept', () => {
    for (const url of ['', 'witness', 'ftp://x/', 'file:///etc/passwd']) {
      expect(() => new WitnessClient({ url, key })).toThrow(expect.objectContaining({ code: 'OPTIONS' }));
    }
    for (const timeoutMs of [0, -1, 0.5, Infinity, Number.NaN]) {
      expect(() => new WitnessClient({ url: 'http://x/', key, timeoutMs })).toThrow(expect.objectContaining({ code: 'OPTIONS' }));
    }
  });
});
