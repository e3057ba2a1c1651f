import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryVault, piiCategories, Redactor, redactStream, redactTransform, strategies, type EntityRecognizer, type RedactionSpec } from '../../src/index.js';
import { PatternRegistry } from '../../src/custom/patterns.js';
import { redactNodeTransform } from '../../src/node/index.js';

const words = fc.constantFrom(
  'hello', 'the', 'my number is', 'call', 'phone:', 'password', 'token', 'secret', 'ssn', 'born on', 'DOB:', 'passport no.', 'IBAN', 'de septiembre de',
  'March', 'and', 'order', 'Bearer', 'Authorization:', 'x', 'ext.', 'ext 12', 'card', 'the acme api key is', 'Anna Smith', 'MRN', 'client_secret=',
);
const values = fc.constantFrom(
  'john@example.com', '"john doe"@example.com', '+44 20 7946 0958', '(555) 123-4567', '555-123-4567', '4111 1111 1111 1111', 'GB29 NWBK 6016 1331 9268 19',
  'DE89370400440532013000', '123-45-6789', '123456789', '192.168.1.1', '2001:db8::1', '"correct horse battery staple"', "'a b c d'", '{"password": "my long pass phrase", "x": 1}',
  'api_key=q7Rk2Zp9Xv4Lm1Tb8Nc5', '12', '1990', '12/03/1980', 'AKIA' + '1234567890ABCDEF', 'https://u:pw@h.com/', 'data: {"token":"q7Rk2Zp9Xv4Lm1Tb8Nc5Wd3"}\n\n', '<apiKey>q7Rk2Zp9Xv4Lm1Tb8Nc5</apiKey>',
  '\\u0040', '%40', '%2540', '&#64;', 'é', '😀', '１２', '\u200b', '"', "'", ':', '=', '<', '>', '-', '.', '@', '(', ')', ',', '\\', '\n', '\r\n', '⟦EMAIL_1⟧', '<EMAIL>', 'EMP-123456',
  '-----BEGIN RSA PRIVATE KEY-----', 'MIIEowIBAAKCAQEAq7Rk2Zp9Xv4Lm1Tb8Nc5Wd3Hg6Jf0SyAeUiOoPqRsTuVw\n', '-----END RSA PRIVATE KEY-----', '\t', '   ', 'aa:bb:cc:dd:ee:ff', 'am9obkBleGFtcGxlLmNvbQ==',
);
const texts = fc.array(fc.tuple(fc.oneof(words, values), fc.constantFrom(' ', ' ', ' ', '', ', ')), { maxLength: 24 }).map((parts) => parts.flat().join(''));
const steps = fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 7 }), fc.integer({ min: 8, max: 60 }));
const runs = { numRuns: Number(process.env['FC_RUNS'] ?? 100) };

const anna: EntityRecognizer = {
  name: 'anna',
  categories: ['person_name'],
  recognize: (text) => [...text.matchAll(/Anna Smith/g)].map(({ index }) => ({ category: 'person_name', start: index, end: index + 10, score: 1 })),
};

/** Every policy worth telling apart: strategies, own patterns, names, plugins, per-category strategies. */
const specs: Readonly<Record<string, RedactionSpec>> = {
  ...Object.fromEntries(strategies.map((strategy) => [strategy, { strategy, hashKey: 'k', vault: new MemoryVault(), categories: piiCategories }])),
  'patterns of its own': { patterns: new PatternRegistry().register('employee_id', 'EMP-\\d{6}').register('shout', '[A-Z]{6,}', { placeholder: '(loud)' }) },
  'names': { categories: ['email', 'person_name'], recognizer: { recognizer: anna } },
  'a plugin': { plugins: [{ name: 'dots', categories: ['dots'], redact: (line) => ({ text: line.replaceAll('..', ''), count: line.split('..').length - 1 }) }] },
  'strategies by category': { strategies: { email: 'remove', ssn: 'mask', password: 'hash' }, hashKey: 'k' },
  'no secrets': { secrets: false, categories: piiCategories },
  'secrets alone': { categories: [] },
};

function pieces(text: string, step: number): string[] {
  return Array.from({ length: Math.ceil(text.length / step) }, (_, i) => text.slice(i * step, (i + 1) * step));
}

describe('a stream', () => {
  it.each(Object.keys(specs))('answers for any cut what redact answers for the whole, with %s (D-69)', (name) => {
    const redactor = new Redactor(specs[name]);
    fc.assert(fc.property(texts, steps, (text, step) => {
      const stream = redactor.stream();
      const out = pieces(text, step).map((piece) => stream.push(piece)).join('') + stream.flush();
      const whole = redactor.redact(text);

      expect(out).toBe(whole.text);
    }), runs);
  });

  it.each(Object.keys(specs))('leaves nothing that redacting again would change, with %s', (name) => {
    const redactor = new Redactor(specs[name]);
    fc.assert(fc.property(texts, (text) => {
      const once = redactor.redact(text).text;

      expect(redactor.redact(once).text).toBe(once);
    }), runs);
  });

  it('counts by category what the whole text counts', () => {
    const redactor = new Redactor({ categories: piiCategories });
    fc.assert(fc.property(texts, steps, (text, step) => {
      const stream = redactor.stream();
      for (const piece of pieces(text, step)) stream.push(piece);
      stream.flush();
      const expected: Record<string, number> = {};
      for (const { category } of redactor.redact(text).findings) expected[category] = (expected[category] ?? 0) + 1;

      expect(stream.counts).toEqual(expected);
    }), { numRuns: 300 });
  });

  it('lets every word of prose go with the word after it', () => {
    const prose = 'Thank you for the question. I have looked at what you sent, and everything seems to be in order; the team will come back to you soon. '.repeat(4);
    const stream = new Redactor().stream();
    let [given, released, most] = [0, 0, 0];
    for (const piece of pieces(prose, 4)) {
      given += piece.length;
      released += stream.push(piece).length;
      most = Math.max(most, given - released);
    }

    // The longest word and the piece that ends it.
    expect(most).toBeLessThanOrEqual('everything'.length + 4);
  });

  it('goes on after reset as if it were new', () => {
    const stream = new Redactor().stream();
    stream.push('mail john@exam');
    stream.reset();

    expect(stream.push('ple.com is a host ') + stream.flush()).toBe('ple.com is a host ');
    expect(stream.counts).toEqual({});
  });

  it('holds no more than a line of what it has let go', () => {
    const stream = new Redactor().stream();
    const line = 'word word 12 word '.repeat(500);
    let out = 0;
    for (let i = 0; i < 200; i += 1) out += stream.push(line).length;

    // 1.8 million characters without a line end, and all but the last few hundred have come out.
    expect(line.length * 200 - out).toBeLessThan(2_000);
    stream.flush();
  });
});

describe('redactStream', () => {
  it('gives the same for an asynchronous source', async () => {
    let out = '';
    for await (const piece of redactStream(['mail jo', 'hn@example', '.com now'], new Redactor())) out += piece;

    expect(out).toBe('mail <EMAIL> now');
  });

  it('closes the source when the reader leaves', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield await Promise.resolve('plain words ');
      } finally {
        closed = true;
      }
    }
    for await (const piece of redactStream(endless(), new Redactor())) {
      expect(piece).not.toBe('');
      break;
    }

    expect(closed).toBe(true);
  });
});

describe('the transforms', () => {
  it('of the web clean what is piped through them', async () => {
    const source = new ReadableStream<string>({
      start(controller) {
        for (const piece of ['ssn 123-4', '5-6789 and m', 'ore']) controller.enqueue(piece);
        controller.close();
      },
    });
    let out = '';
    for await (const piece of source.pipeThrough(redactTransform(new Redactor()))) out += piece;

    expect(out).toBe('ssn <SSN> and more');
  });

  it('of Node take bytes cut anywhere, also inside a character', async () => {
    const bytes = Buffer.from('Grüße an jörg@exämple.com 😀 und 123-45-6789\n');
    const transform = redactNodeTransform(new Redactor());
    const out: string[] = [];
    transform.on('data', (chunk: string) => out.push(chunk));
    const done = new Promise((resolve, reject) => transform.on('end', resolve).on('error', reject));
    for (const byte of bytes) transform.write(Buffer.from([byte]));
    transform.end();
    await done;

    expect(out.join('')).toBe('Grüße an <EMAIL> 😀 und <SSN>\n');
  });
});
