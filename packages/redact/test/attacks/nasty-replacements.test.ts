import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryVault, piiCategories, Redactor, strategies, type RedactionSpec } from '../../src/index.js';
import { PatternRegistry } from '../../src/custom/patterns.js';

const runs = { numRuns: Number(process.env['FC_RUNS'] ?? 40) };
const nasty = ['hidden@example.com', '', 'ZZZZ', '4111111111111111', 'EMP-999999', '<EMAIL', '⟦', '"', "'", 'password: hunter2xx', '(555) 123-4567', '12', '&#64;', '\\'];

const pieces = fc.constantFrom(
  'EMP-123456', 'ZZZ', 'aeiou', 'john@example.com', '+44 20 7946 0958', '4111 1111 1111 1111', 'GB29 NWBK 6016 1331 9268 19', '123-45-6789', '192.168.1.1', 'password: "two words"', 'api_key=q7Rk2Zp9Xv4Lm1Tb8Nc5',
  '{"password": "my long pass phrase", "x": 1}', '<password>hunter2 hunter3</password>', 'https://u:pw@h.com/', 'né le 3 février 1975', 'geboren am 4. März 1966', 'MRN 12345678', 'passport no. X1234567', '| ssn | 123-45-6789 |', 'password: |\n  hunter2\n',
  '\\u0040', '%2540', '&#64;', '&amp;', 'e\u0301', '😀', '\ud83d', '\ude00', '１２３', '\u200b', '\u{E0041}', 'bWFpbCBqb2huQGV4YW1wbGUuY29tIG5vdw', '-----BEGIN RSA PRIVATE KEY-----', 'MIIEowIBAAKCAQEAq7Rk2Zp9Xv4Lm1Tb8Nc5Wd3Hg6Jf0SyAeUiOoPqRsTuVw\n', '-----END RSA PRIVATE KEY-----',
  '"', "'", ':', '=', '<', '>', '@', '.', '-', '\n', '\r\n', '\t', 'x', '12', '1990', 'call', 'token', 'ssn', 'born on', 'March', 'ext. 12', '@h.com', '⟦EMAIL_1⟧', '<EMAIL>', '****', '[HMAC:0123456789abcdef]',
);
const texts = fc.array(fc.tuple(pieces, fc.constantFrom(' ', '', ', ')), { maxLength: 14 }).map((parts) => parts.flat().join(''));
const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });

function cut(text: string, steps: readonly number[]): string[] {
  const out: string[] = [];
  for (let at = 0, k = 0; at < text.length; k += 1) {
    const step = steps[k % steps.length] ?? 1;
    out.push(text.slice(at, at + step));
    at += step;
  }
  return out;
}

function own(replacement: string): PatternRegistry {
  return new PatternRegistry()
    .register('employee_id', 'EMP-\\d{6}', { placeholder: replacement, mask: replacement })
    .register('zeds', 'Z{3,}', { placeholder: replacement === 'ZZZZ' ? 'ZZZ' : 'z', mask: '0' });
}

const vowels = { category: 'vowels', detect: (line: string) => [...line.matchAll(/aeiou/g)].map(({ index }) => ({ start: index, end: index + 5 })) };

function specs(replacement: string): readonly RedactionSpec[] {
  const base = { hashKey: 'k', vault: new MemoryVault(), categories: piiCategories, base64: true, patterns: own(replacement), detectors: [vowels] };
  return [
    ...strategies.map((strategy) => ({ ...base, strategy })),
    { ...base, strategies: { email: 'remove', phone: 'remove', ssn: 'mask', password: 'hash', iban: 'tokenize', employee_id: 'placeholder' } as const },
  ];
}

describe('replacements of one’s own', () => {
  it.each(nasty)('that write %j change nothing in the laws: once is as good as twice', (replacement) => {
    for (const spec of specs(replacement)) {
      const redactor = new Redactor(spec);
      fc.assert(fc.property(texts, (text) => {
        const once = redactor.redact(text).text;

        expect(redactor.redact(once).text).toBe(once);
      }), { numRuns: Math.ceil(runs.numRuns / 4) });
    }
  });

  it.each(nasty)('that write %j are streamed as they are written at once', (replacement) => {
    for (const spec of specs(replacement)) {
      const redactor = new Redactor(spec);
      fc.assert(fc.property(texts, cuts, (text, steps) => {
        const stream = redactor.stream();
        const out = cut(text, steps).map((piece) => stream.push(piece)).join('') + stream.flush();

        expect(out).toBe(redactor.redact(text).text);
      }), { numRuns: Math.ceil(runs.numRuns / 4) });
    }
  });
});

describe('findings', () => {
  const redactor = new Redactor({ categories: piiCategories, base64: true, patterns: own('hidden@example.com'), detectors: [vowels] });

  it('lie in order inside the text, are what detect tells, and nothing beside them is lost', () => {
    fc.assert(fc.property(texts, (text) => {
      const { findings } = redactor.redact(text);
      let end = 0;
      for (const finding of findings) {
        expect(finding.start).toBeGreaterThanOrEqual(end);
        expect(finding.end).toBeGreaterThan(finding.start);
        end = finding.end;
      }

      expect(end).toBeLessThanOrEqual(text.length);
      expect(redactor.detect(text)).toEqual(findings);
    }), runs);
  });

  it('hold every character of a value in any surroundings and disguise, and none beside it', () => {
    const plain = new Redactor({ categories: piiCategories });
    const value = fc.constantFrom('john@example.com', '123-45-6789', '4111 1111 1111 1111', '(555) 123-4567', 'AKIAQ3EGRIKYV7TPLM2Z');
    const disguise = fc.constantFrom<((text: string) => string)[]>(
      (text) => text,
      (text) => [...text].join('\u200b'),
      (text) => [...text].map((sign) => `&#${String(sign.charCodeAt(0))};`).join(''),
      (text) => [...text].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join(''),
      (text) => [...text].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
      (text) => [...text].map((sign) => (sign === ' ' ? sign : String.fromCharCode(sign.charCodeAt(0) + 0xfee0))).join(''),
    );
    const beside = fc.array(fc.constantFrom(' word ', ' é ', 'e\u0301 ', ' 😀 ', '\u200b ', '&amp; ', '&lt;b&gt; ', '%20 ', '中文 ', '½ ', '\ufeff', '; ', '\n', ' the ', '\u00ad '), { maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(fc.property(beside, value, disguise, beside, (left, raw, disguised, right) => {
      const hidden = disguised(raw);
      const { text, findings } = plain.redact(`${left} ${hidden} ${right}`);

      expect(findings).toHaveLength(1);
      expect(text).toBe(`${left} ${text.slice(left.length + 1, text.length - right.length - 1)} ${right}`);
      expect(findings[0]).toMatchObject({ start: left.length + 1, end: left.length + 1 + hidden.length });
    }), runs);
  });
});

describe('texts that once broke a law', () => {
  const redactor = new Redactor({ categories: piiCategories, base64: true });
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

  /** Pushes the text in pieces of several sizes under several strategies. */
  function streamsAsWhole(text: string): void {
    for (const strategy of ['placeholder', 'hash', 'tokenize', 'remove'] as const) {
      const strict = new Redactor({ strategy, hashKey: 'k', vault: new MemoryVault(), categories: piiCategories, base64: true });
      for (const step of [1, 2, 7, 40]) {
        const stream = strict.stream();
        const out = cut(text, [step]).map((piece) => stream.push(piece)).join('') + stream.flush();

        expect(out).toBe(strict.redact(text).text);
      }
    }
  }

  it.each([
    "password: 'a b c d'ABCDEFGH123\nmore",
    '&#64; john@example.com\nMRN 12345678 GB29 NWBK 6016 1331 9268 19john@example.com ',
  ])('are streamed as they are written at once: %j', streamsAsWhole);

  it.each([
    "password: 'a b c d'ABCDEFGH１２３\n%2540 ",
    '\\u0040\n\ud83dMRN 12345678\nAuthorization: Basic am9objpzZWNyZXRwdw== ',
    `john@example.com Date of birth: Wednesday, 12 September 1980Bearer ${jwt} john@example.com Date of birth: Wednesday, 12 September 1980 `,
  ])('are to be streamed as they are written at once: %j', streamsAsWhole);

  it.each(['MRN ⟦MEDICAL_ID_1⟧ GB29 NWBK 6016 1331 9268 19x', "password: '<PASSWORD>'ABCDEFGH123 "])('do not depend on what other lines hold: %j', (text) => {
    expect(redactor.redact(`&#64;\n${text}\n%2540`).text).toBe(`&#64;\n${redactor.redact(text).text}\n%2540`);
  });
});
