import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RedactError } from '../errors.js';
import { redactValue } from '../value/redact-value.js';
import { MemoryVault } from './memory-vault.js';
import { revealValue } from './reveal-value.js';

const email = 'john@example.com';
const vault = new MemoryVault();
const token = vault.tokenFor('email', email);
const ssn = vault.tokenFor('ssn', '123-45-6789');
const show = (value: unknown): unknown => revealValue(value, vault).value;

describe('revealValue', () => {
  it('reveals strings, keys, arrays, plain objects, maps and sets at any depth', () => {
    const value = { to: [token, { [token]: ssn }], map: new Map([[token, new Set([token, 1])]]), n: 1 };

    expect(revealValue(value, vault)).toEqual({
      value: { to: [email, { [email]: '123-45-6789' }], map: new Map([[email, new Set([email, 1])]]), n: 1 },
      count: 5,
      counts: { email: 4, ssn: 1 },
      changed: true,
    });
    expect(revealValue(token, vault).value).toBe(email);
  });

  it('leaves categories that are not allowed', () => {
    expect(revealValue([token, ssn], vault, (category) => category === 'email').value).toEqual([email, ssn]);
  });

  it('returns what holds no token by identity and copies only the way to one', () => {
    const clean = { a: [1, new Date(0), 'x', null, undefined, () => 1, Symbol('s')], m: new Map([[1, new Set()]]) };
    const value = { clean, token };

    expect(revealValue(clean, vault)).toEqual({ value: clean, count: 0, counts: {}, changed: false });
    expect(show(clean)).toBe(clean);
    expect((show(value) as typeof value).clean).toBe(clean);
    expect(value.token).toBe(token);
  });

  it('passes other objects as they are', () => {
    class User {
      mail = token;
    }
    for (const other of [new User(), new Error(token), new TextEncoder().encode(token), Promise.resolve(token)]) expect(show(other)).toBe(other);
  });

  it('keeps keys apart that become equal, and __proto__ a name', () => {
    const proto = new MemoryVault();
    const key = proto.tokenFor('x', '__proto__');

    expect(show({ [email]: 1, [token]: 2 })).toEqual({ [email]: 1, [`${email}#2`]: 2 });
    expect(show(new Set([email, token]))).toEqual(new Set([email, `${email}#2`]));
    const shown = revealValue({ [key]: { x: 1 } }, proto).value as object;
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
    expect(Object.keys(shown)).toEqual(['__proto__']);
  });

  it('reads an accessor once and keeps what it read', () => {
    let reads = 0;
    const tricky = { get x(): string { reads += 1; return reads > 1 ? 'later' : token; } };

    expect((show(tricky) as { x: string }).x).toBe(email);
    expect(reads).toBe(1);
  });

  it('refuses cycles, depth, size and what throws, with no value in the message', () => {
    const loop: unknown[] = [];
    loop.push({ loop });
    let deep: unknown = token;
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    let pairs: unknown = token;
    for (let i = 0; i < 40; i += 1) pairs = [pairs, pairs];

    expect(refusal(loop)).toMatchObject({ code: 'CYCLE', path: '[0].loop' });
    for (const value of [deep, pairs, new Array(200_000), 'x'.repeat(11 << 20)]) expect(refusal(value).code).toBe('BUDGET');
    const throwing = refusal({ [token]: { get x(): string { throw new Error(email); } } });
    expect(throwing).toMatchObject({ code: 'UNREDACTABLE' });
    expect(`${throwing.message} ${throwing.path} ${String(throwing.cause)}`).not.toContain(email);
  });

  it('undoes a redaction with tokens', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 3 }), (json) => {
      const own = new MemoryVault();
      const hide = (text: string): ReturnType<Parameters<typeof redactValue>[1]> =>
        text === '' ? { text, findings: [] } : { text: own.tokenFor('t', text), findings: [{ kind: 'pii', category: 't', start: 0, end: text.length }] };
      const value = { json, [email]: [json, email] };

      expect(revealValue(redactValue(value, hide).value, own).value).toEqual(redactValue(value, (text) => ({ text, findings: [] })).value);
    }), { numRuns: 200 });
  });
});

function refusal(value: unknown): RedactError {
  try {
    show(value);
  } catch (error) {
    if (error instanceof RedactError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
