import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from './redactor.js';
import { strategies } from './redaction-spec.js';
import { MemoryVault } from './vault/memory-vault.js';

const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAq7Rk2Zp9Xv4Lm1Tb8Nc5Wd3Hg6Jf0SyAeUiOoPqRsTuVw\nabc=\n-----END RSA PRIVATE KEY-----';
const pieces = fc.constantFrom(
  'mail john@example.com', 'ssn 123-45-6789', ' ', '\n', '\n\n', '\r\n', 'text', pem, pem.slice(0, 60), '-----BEGIN ', '-----END RSA PRIVATE KEY-----', 'PRIVATE KEY-----', '+44 20 7946 0958',
  'password=hunter2', 'password:', '"api_key": "', 'q7Rk2Zp9Xv4Lm1Tb8Nc5', '&amp;', '%40', 'é', 'e\u0301', '\u200b', '123456789', '{"private_key": "', 'MIIEowIBAAKCAQEAq7Rk2Zp9Xv4Lm1Tb8Nc5Wd3Hg6Jf0SyAeUiOoPqRsTuVw', 'john@', 'example.com',
);
const texts = fc.array(pieces, { maxLength: 16 }).map((parts) => parts.join(''));

function inPieces(redactor: Redactor, text: string, cuts: readonly number[]): string {
  const stream = redactor.stream();
  let out = '';
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const at = Math.min(cut, text.length);
    out += stream.push(text.slice(from, at));
    from = at;
  }
  return out + stream.push(text.slice(from)) + stream.flush();
}

describe('StreamRedactor', () => {
  it.each(strategies)('answers for any cut what redact answers for the whole (%s, D-69)', (strategy) => {
    const redactor = new Redactor({ strategy, hashKey: 'k', vault: new MemoryVault() });
    fc.assert(fc.property(texts, fc.array(fc.nat(400), { maxLength: 12 }), (text, cuts) => {
      expect(inPieces(redactor, text, cuts)).toBe(redactor.redact(text).text);
    }), { numRuns: Number(process.env['FC_RUNS'] ?? 250) });
  });

  it('answers the same for a text of single characters', () => {
    const redactor = new Redactor();
    const text = `a john@example.com\n${pem}\nb ssn 123-45-6789\n`;

    expect(inPieces(redactor, text, Array.from({ length: text.length }, (_, at) => at))).toBe(redactor.redact(text).text);
  });

  it('releases words as soon as they can be part of nothing', () => {
    const stream = new Redactor().stream();

    expect(stream.push('mail john@exam')).toBe('mail ');
    expect(stream.push('ple.com\nnext')).toBe('<EMAIL>\n');
    expect(stream.flush()).toBe('next');
  });

  it('holds a key block back until it ends', () => {
    const stream = new Redactor().stream();

    expect(stream.push(`a\n${pem.slice(0, 50)}`)).toBe('a\n');
    expect(stream.push(`${pem.slice(50)}\n`)).toBe('<PRIVATE_KEY>\n');
    expect(stream.flush()).toBe('');
  });

  it('lets a header without an end go after 64 Ki', () => {
    const stream = new Redactor().stream();
    const prose = 'a line of prose that is no key\n'.repeat(3000);

    expect(stream.push('-----BEGIN RSA PRIVATE KEY-----\n')).toBe('');
    expect(stream.push(prose)).toMatch(/^<PRIVATE_KEY>\na line/);
  });

  it('counts findings by category', () => {
    const stream = new Redactor().stream();
    stream.push('a@b.co\nc@d.co 123-45-6789\n');
    stream.flush();

    expect(stream.counts).toEqual({ email: 2, ssn: 1 });
  });

  it('refuses pieces after the end and pieces that are no text', () => {
    const stream = new Redactor().stream();

    expect(() => stream.push(1 as unknown as string)).toThrow(expect.objectContaining({ code: 'INPUT' }));
    stream.flush();
    expect(() => stream.push('x')).toThrow(expect.objectContaining({ code: 'INPUT' }));
  });

  it('refuses a line that never ends', () => {
    const stream = new Redactor().stream();
    const piece = 'x'.repeat(1 << 20);
    const endless = (): void => {
      for (let i = 0; i < 12; i += 1) stream.push(piece);
    };

    expect(endless).toThrow(expect.objectContaining({ code: 'BUDGET' }));
  });
});
