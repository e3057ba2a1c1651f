import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { piiCategories, secretCategories } from './categories.js';
import { RedactError } from './errors.js';
import { noFindings } from './finding.js';
import { Redactor } from './redactor.js';
import { strategies } from './redaction-spec.js';
import { MemoryVault } from './vault/memory-vault.js';

const key = 'q7Rk2Zp9Xv4Lm1Tb8Nc5Wd3Hg6Jf0SyA';
const values = [
  'john.doe@example.com', '555-123-4567', '(555) 123-4567', '+44 20 7946 0958', '123-45-6789', '4111 1111 1111 1111', '378282246310005', '192.168.1.1', '2001:db8::1',
  `ghp_${key}Abcd`, 'AKIA' + 'IOSFODNN7EXAMPLE', `api_key=${key}`, 'password=hunter2', `Bearer ${key}`, 'postgres://u:pw@h/db', 'https://u:pw@example.com/', `sk-ant-api03-${key}`,
  'ssn 123456789', 'phone: 5551234567', '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----',
];
const noise = fc.oneof(
  fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom(...values),
  fc.constantFrom(' ', '\n', '\r\n', '"', "'", '-', '.', ':', '=', '@', '+', '(', ')', '<', '>', '[', ']', '*', '%', '&', ',', ';', '_', '/', '1', '12', '123', '4567', 'a', 'com'),
  fc.constantFrom('<EMAIL>', '****@****.***', '[HMAC:0123456789abcdef]', '***-***-****', '<API_KEY>', '%40', '%2540', '&amp;', '&#49;', '\u200b', 'е', '１', 'password', 'token', 'phone', 'ssn', 'order'),
);
const texts = fc.array(noise, { maxLength: 14 }).map((parts) => parts.join(''));
const redactors = strategies.map((strategy) => new Redactor({ strategy, hashKey: 'a key', categories: piiCategories, vault: new MemoryVault() }));
const runs = { numRuns: Number(process.env['FC_RUNS'] ?? 400) };

describe('Redactor', () => {
  it('is idempotent for every strategy (R1)', () => {
    fc.assert(fc.property(texts, fc.constantFrom(...redactors), (text, redactor) => {
      const once = redactor.redact(text).text;

      expect(redactor.redact(once).text).toBe(once);
    }), runs);
  });

  it('hides what detect tells, whatever the strategy (R4, R5)', () => {
    fc.assert(fc.property(texts, (text) => {
      const told = redactors[0]?.detect(text) ?? [];

      expect(redactors[0]?.redact(text).findings).toEqual(told);
      // Other strategies leave other neighbours, which can only uncover more.
      for (const redactor of redactors) {
        const hidden = redactor.redact(text).findings;
        expect(redactor.detect(text)).toEqual(told);
        expect(told.filter(({ start, end }) => !hidden.some((finding) => finding.start <= start && finding.end >= end))).toEqual([]);
      }
    }), runs);
  });

  it('leaves no part of a value behind, whatever stands around it (R2)', () => {
    const words = fc.stringMatching(/^[aeou ,.;!?()"'\n-]{0,20}$/);
    fc.assert(fc.property(words, fc.constantFrom(...values), words, (before, value, after) => {
      const at = before.length + 1;
      const findings = redactors[0]?.detect(`${before} ${value} ${after}`) ?? [];
      const secret = value.replace(/^(?:api_key=|password=|Bearer |ssn |phone: |https:\/\/)/, '');
      const from = at + value.length - secret.length;
      const to = value.startsWith('https') ? from + 'u:pw'.length : at + value.length;

      expect(findings.some(({ start, end }) => start <= from && end >= to)).toBe(true);
    }), runs);
  });

  it('answers findings in order, apart, and inside the text', () => {
    fc.assert(fc.property(texts, (text) => {
      let last = 0;
      for (const { start, end } of redactors[0]?.detect(text) ?? []) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }), runs);
  });

  it('returns a clean text itself and shares its empty findings (R3)', () => {
    const text = 'nothing to see here';
    const { text: same, findings } = new Redactor().redact(text);

    expect(same).toBe(text);
    expect(findings).toBe(noFindings);
    expect(Object.isFrozen(findings)).toBe(true);
  });

  it('joins overlapping findings instead of dropping one (D-59)', () => {
    expect(new Redactor().redact('mail +15551234567@example.com').text).toBe('mail <EMAIL>');
    expect(new Redactor().redact('password=john@example.com').text).toBe('password=<PASSWORD>');
  });

  it('carries the word before the first number over to the next one', () => {
    expect(new Redactor().redact('call 5551234567 or 5559876543').text).toBe('call <PHONE> or <PHONE>');
  });

  it('finds secrets unless told not to (D-19, D-63)', () => {
    expect(new Redactor().redact(`ghp_${key}Abcd john@example.com`).text).toBe('<GITHUB_TOKEN> <EMAIL>');
  });

  it('writes the masks of the reference', () => {
    const mask = (text: string): string => new Redactor({ strategy: 'mask', categories: piiCategories }).redact(text).text;

    expect(mask('john@example.com')).toBe('****@****.***');
    expect(mask('555-123-4567')).toBe('***-***-****');
    expect(mask('123-45-6789')).toBe('***-**-****');
    expect(mask('4111111111111111')).toBe('****-****-****-****');
    expect(mask('10.0.0.1')).toBe('***.***.***.***');
    expect(mask('passport AB1234567')).toBe('passport **-*******');
  });

  it('writes the placeholders of the reference for secrets', () => {
    const text = (value: string): string => new Redactor().redact(value).text;

    expect(text('AKIA' + 'IOSFODNN7EXAMPLE')).toBe('<AWS_KEY>');
    expect(text(`api_key=${key}`)).toBe('api_key=<API_KEY>');
    expect(text('https://u:pw@example.com/')).toBe('https://<URL_PASSWORD>@example.com/');
    expect(text('redis://:pw@h')).toBe('<DATABASE_URI>');
  });

  it('gives equal values equal pseudonyms under one key and others under another (D-64)', () => {
    const one = new Redactor({ strategy: 'hash', hashKey: 'one' });
    const again = new Redactor({ strategy: 'hash', hashKey: new TextEncoder().encode('one') });
    const unkeyed = new Redactor({ strategy: 'hash' });
    const [first, second] = one.redact('a@b.co a@b.co').text.split(' ');

    expect(first).toMatch(/^\[HMAC:[0-9a-f]{16}\]$/);
    expect(second).toBe(first);
    expect(again.redact('a@b.co').text).toBe(first);
    expect(unkeyed.redact('a@b.co').text).not.toBe(first);
    expect(unkeyed.redact('a@b.co').text).toBe(unkeyed.redact('a@b.co').text);
  });

  it('removes what removing brings together', () => {
    const redactor = new Redactor({ strategy: 'remove' });

    expect(redactor.redact('mail john@example.com now').text).toBe('mail  now');
    expect(redactor.redact('12(a@b.co)3').text).toBe('12()3');
  });

  it('names the nearest category for one it does not know', () => {
    const build = (spec: object): (() => Redactor) => () => new Redactor(spec);

    expect(build({ categories: ['emial'] })).toThrow(new RedactError('CATEGORY', 'unknown PII category "emial": did you mean "email"?'));
    expect(build({ secretCategories: ['github'] })).toThrow('did you mean "github_token"?');
    expect(build({ strategy: 'blank' })).toThrow(expect.objectContaining({ code: 'STRATEGY' }));
    expect(build({ categories: 'email' })).toThrow(expect.objectContaining({ code: 'OPTIONS' }));
  });

  it.each([undefined, null, 1, {}, []])('refuses %p, which is no text, with a typed error', (value) => {
    // Callers without types pass anything.
    expect(() => new Redactor().redact(value as string)).toThrow(expect.objectContaining({ name: 'RedactError', code: 'INPUT' }));
  });

  it('refuses a text with more findings than allowed', () => {
    expect(() => new Redactor({ maxFindings: 2 }).redact('a@b.co c@d.co e@f.co')).toThrow(expect.objectContaining({ code: 'BUDGET' }));
  });

  it('takes the name a text stands under for its context', () => {
    const redactor = new Redactor();

    expect(redactor.redact('hunter2', 'password').text).toBe('<PASSWORD>');
    expect(redactor.redact('123456789', 'ssn').text).toBe('<SSN>');
    expect(redactor.redact('5551234567', 'phoneNumber').text).toBe('<PHONE>');
    expect(redactor.redact('hunter2', 'title').text).toBe('hunter2');
    expect(redactor.redact('<PASSWORD>', 'password').text).toBe('<PASSWORD>');
  });

  it('lists every category it can be asked for, once', () => {
    expect(new Set(secretCategories).size).toBe(secretCategories.length);
    expect(() => new Redactor({ categories: piiCategories, secretCategories })).not.toThrow();
  });
});
