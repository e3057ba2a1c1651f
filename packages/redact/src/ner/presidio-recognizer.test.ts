import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RedactError } from '../errors.js';
import { PresidioRecognizer, presidioEntities, type PresidioRecognizerOptions } from './presidio.js';

type Answer = (body: Record<string, unknown>, response: ServerResponse, request: IncomingMessage) => void;

const servers: Server[] = [];
const wanted = { categories: ['email', 'person_name'], threshold: 0.5, language: 'en' };

async function analyzer(answer: Answer, options: Partial<PresidioRecognizerOptions> = {}): Promise<PresidioRecognizer> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => answer(body === '' ? {} : (JSON.parse(body) as Record<string, unknown>), response, request));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return new PresidioRecognizer({ url: `http://127.0.0.1:${String(port)}/pii/?key=hidden`, ...options });
}

/** Answers as the service does: offsets count code points. */
const findsJane: Answer = (body, response) => {
  const points = Array.from(String(body['text']));
  const start = points.join('\0').split('\0J\0a\0n\0e')[0]?.split('\0').length ?? 0;
  response.end(JSON.stringify([{ entity_type: 'PERSON', start, end: start + 4, score: 0.85, analysis_explanation: null, recognition_metadata: {} }]));
};
const says = (json: unknown): Answer => (_, response) => void response.end(typeof json === 'string' ? json : JSON.stringify(json));

async function failureOf(work: Promise<unknown>): Promise<RedactError> {
  const error: unknown = await work.then(() => undefined, (reason: unknown) => reason);
  if (error instanceof RedactError) return error;
  throw new Error('expected a RedactError', { cause: error });
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  }));
});

describe('a presidio recogniser', () => {
  it('posts the text with the entities of the categories asked for', async () => {
    let seen: unknown;
    let path: string | undefined;
    const recognizer = await analyzer((body, response, request) => {
      seen = { ...body, auth: request.headers.authorization };
      path = request.url;
      response.end('[]');
    }, { headers: { authorization: 'Bearer t' } });

    await recognizer.recognize('hello', wanted);

    expect(seen).toEqual({ text: 'hello', language: 'en', entities: ['EMAIL_ADDRESS', 'PERSON'], score_threshold: 0.5, return_decision_process: false, auth: 'Bearer t' });
    expect(path).toBe('/pii/analyze?key=hidden');
  });

  it.each(['x Jane', '😀 Jane', '𝔸𝔹 e\u0301 👨‍👩‍👧 Jane went', 'first\n\n😀😀 Jane'])('finds the UTF-16 units of %j', async (text) => {
    const recognizer = await analyzer((body, response, request) => {
      if (String(body['text']).includes('Jane')) findsJane(body, response, request);
      else response.end('[]');
    });

    const [found, ...more] = await recognizer.recognize(text, wanted);

    expect(more).toEqual([]);
    expect(text.slice(found?.start, found?.end)).toBe('Jane');
  });

  it('keeps offsets when a surrogate stands alone', async () => {
    const recognizer = await analyzer(findsJane);

    const [found] = await recognizer.recognize('\ud800 Jane', wanted);

    expect(found).toEqual({ category: 'person_name', start: 2, end: 6, score: 0.85 });
  });

  it('knows the types of the reference and ignores others', async () => {
    const types = [...Object.keys(presidioEntities), 'URL'];
    const recognizer = await analyzer(says(types.map((entity_type) => ({ entity_type, start: 0, end: 1, score: 1 }))));

    const found = await recognizer.recognize('x', { ...wanted, categories: recognizer.categories });

    expect(new Set(found.map(({ category }) => category))).toEqual(new Set(['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'person_name', 'passport', 'location', 'date_time', 'national_id', 'medical_id', 'driver_license', 'iban', 'crypto_address', 'bank_account', 'itin', 'organization']));
    expect(found).toHaveLength(types.length - 1);
  });

  it('maps further types by an option', async () => {
    const recognizer = await analyzer(says([{ entity_type: 'URL', start: 0, end: 1, score: 1 }]), { entities: { URL: 'url' } });

    expect(await recognizer.recognize('x', { ...wanted, categories: ['url'] })).toEqual([{ category: 'url', start: 0, end: 1, score: 1 }]);
  });

  it('asks nothing when no category is its own', async () => {
    const recognizer = await analyzer(says('never read'));

    expect(await recognizer.recognize('x', { ...wanted, categories: ['vat'] })).toEqual([]);
  });

  it('sends the language of its options instead of the one asked for', async () => {
    let language: unknown;
    const recognizer = await analyzer((body, response) => {
      ({ language } = body);
      response.end('[]');
    }, { language: 'de' });

    await recognizer.recognize('x', wanted);

    expect(language).toBe('de');
  });

  it('drops what the threshold does not reach', async () => {
    const recognizer = await analyzer(says([{ entity_type: 'PERSON', start: 0, end: 1, score: 0.49 }]));

    expect(await recognizer.recognize('x', wanted)).toEqual([]);
  });

  it('runs no more requests at once than it may', async () => {
    let now = 0;
    let most = 0;
    const recognizer = await analyzer((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setImmediate(() => {
        now -= 1;
        response.end('[]');
      });
    }, { concurrency: 2 });

    await recognizer.recognize('a\nb\nc\nd\ne\nf', wanted);

    expect(most).toBeLessThanOrEqual(2);
  });

  it.each([
    ['no JSON', 'Jane'], ['an object', { error: 'Jane' }], ['entities that are no objects', ['Jane']], ['an entity without a type', [{ start: 0, end: 1, score: 1 }]],
    ['an end beyond the text', [{ entity_type: 'PERSON', start: 0, end: 5, score: 1 }]], ['a negative start', [{ entity_type: 'PERSON', start: -1, end: 2, score: 1 }]],
    ['an empty span', [{ entity_type: 'PERSON', start: 1, end: 1, score: 1 }]], ['a fraction', [{ entity_type: 'PERSON', start: 0.5, end: 2, score: 1 }]],
    ['a score of two', [{ entity_type: 'PERSON', start: 0, end: 1, score: 2 }]], ['an empty answer', ''],
  ])('refuses %s without quoting it', async (_, answer) => {
    const recognizer = await analyzer(says(answer));

    const error = await failureOf(recognizer.recognize('Jane', wanted));

    expect(error.code).toBe('RECOGNIZER');
    expect(error.message).toMatch(/^presidio at http:\/\/127\.0\.0\.1:\d+\/pii\/analyze answered something else/);
    expect(JSON.stringify([error.message, String(error.cause)])).not.toMatch(/Jane|hidden/);
  });

  it.each([500, 404, 302])('refuses status %d', async (status) => {
    const recognizer = await analyzer((_, response) => response.writeHead(status, { location: '/elsewhere' }).end('{"error":"Jane"}'));

    const error = await failureOf(recognizer.recognize('Jane', wanted));

    expect(error.code).toBe('RECOGNIZER');
    expect(error.message).not.toMatch(/Jane|hidden/);
  });

  it('gives up on an analyzer that never answers', async () => {
    const recognizer = await analyzer(() => undefined, { timeoutMs: 30 });

    expect((await failureOf(recognizer.recognize('Jane', wanted))).message).toContain('did not answer within 30 ms');
  });

  it('gives up on an answer that never ends', async () => {
    const recognizer = await analyzer((_, response) => void response.write('['), { timeoutMs: 30 });

    expect((await failureOf(recognizer.recognize('Jane', wanted))).message).toContain('did not answer within 30 ms');
  });

  it('stops reading an answer that is too long', async () => {
    const recognizer = await analyzer((_, response) => void response.end(' '.repeat(3_000_000)), { maxBytes: 1000 });

    expect((await failureOf(recognizer.recognize('Jane', wanted))).message).toContain('more than 1000 bytes');
  });

  it('says what could not be reached and keeps the cause', async () => {
    const recognizer = new PresidioRecognizer({ url: 'http://127.0.0.1:1' });

    const error = await failureOf(recognizer.recognize('Jane', wanted));

    expect(error.message).toContain('presidio at http://127.0.0.1:1/analyze could not be reached');
    expect(error.cause).toHaveProperty('name', 'TypeError');
  });

  it('ends with the reason of the signal', async () => {
    const stop = new AbortController();
    const recognizer = await analyzer(() => stop.abort(new Error('enough')));

    await expect(recognizer.recognize('Jane', { ...wanted, signal: stop.signal })).rejects.toThrow('enough');
    await expect(recognizer.recognize('Jane', { ...wanted, signal: stop.signal })).rejects.toThrow('enough');
  });

  it('works again after a failure', async () => {
    let calls = 0;
    const recognizer = await analyzer((_, response) => {
      calls += 1;
      response.writeHead(calls === 1 ? 500 : 200).end('[]');
    }, { concurrency: 1 });

    await failureOf(recognizer.recognize('a\nb\nc', wanted));

    expect(await recognizer.recognize('a', wanted)).toEqual([]);
  });

  it('checks the health of the analyzer', async () => {
    const up = await analyzer((_, response, request) => response.writeHead(request.url?.startsWith('/pii/health') === true ? 200 : 404).end('up'));
    const down = await analyzer((_, response) => response.writeHead(503).end());

    await expect(up.check()).resolves.toBeUndefined();
    expect((await failureOf(down.check())).message).toContain('/pii/health answered with status 503');
  });

  it('uses the fetch that it is given and reads an answer without a body as none', async () => {
    const recognizer = new PresidioRecognizer({ url: 'https://pii.example', fetch: () => Promise.resolve(new Response(null)) });

    expect((await failureOf(recognizer.recognize('x', wanted))).message).toContain('https://pii.example/analyze answered something else');
  });

  it.each([
    ['an address that is none', { url: 'localhost' }], ['another protocol', { url: 'ftp://pii.example' }], ['credentials in the address', { url: 'http://me:secret@pii.example' }], ['no time', { url: 'http://a', timeoutMs: 0 }],
    ['no requests', { url: 'http://a', concurrency: 0 }], ['half a byte', { url: 'http://a', maxBytes: 0.5 }], ['a header with a line end', { url: 'http://a', headers: { a: 'secret\n' + 'x' } }],
  ])('refuses %s', (_, options) => {
    const build = (): PresidioRecognizer => new PresidioRecognizer(options);

    expect(build).toThrow(expect.objectContaining({ code: 'OPTIONS', message: expect.not.stringContaining('secret') }));
  });
});
