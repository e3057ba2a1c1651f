import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RedactError } from '../errors.js';
import { Redactor } from '../redactor.js';
import { redactValue, type ValueLimits } from './redact-value.js';

const redactor = new Redactor();
const clean = (value: unknown, limits?: ValueLimits): unknown => redactValue(value, (text, name) => redactor.redact(text, name), limits).value;
const refuse = (value: unknown, limits?: ValueLimits): RedactError => {
  try {
    clean(value, limits);
  } catch (error) {
    if (error instanceof RedactError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
const email = 'john@example.com';

describe('redactValue', () => {
  it('returns what holds nothing by identity', () => {
    for (const value of [{ a: [1, { b: 'x' }] }, new Map([['a', new Set(['b'])]]), new Date(0), /x/g, new URL('https://example.com'), new Uint8Array([1, 2]), new Error('x'), NaN, -0]) {
      expect(redactValue(value, (text) => redactor.redact(text))).toEqual({ value, count: 0, counts: {}, changed: false });
      expect(clean(value)).toBe(value);
    }
  });

  it('cleans values and keys at any depth and copies only the way there (D-17, D-18)', () => {
    const untouched = { y: ['z'] };
    const before = { list: [{ mail: email, [email]: 1 }], untouched };
    const after = clean(before) as typeof before;

    expect(after).toEqual({ list: [{ mail: '<EMAIL>', '<EMAIL>': 1 }], untouched: { y: ['z'] } });
    expect(after.untouched).toBe(untouched);
    expect(before.list[0]?.mail).toBe(email);
  });

  it('counts what it replaced', () => {
    expect(redactValue({ a: email, b: ['123-45-6789', email] }, (text) => redactor.redact(text))).toMatchObject({ count: 3, counts: { email: 2, ssn: 1 }, changed: true });
  });

  it('keeps keys apart that redaction makes equal', () => {
    expect(clean({ 'a@b.co': 1, 'c@d.co': 2, '<EMAIL>': 3, 'e@f.co': 4 })).toEqual({ '<EMAIL>': 1, '<EMAIL>#2': 2, '<EMAIL>#3': 3, '<EMAIL>#4': 4 });
    expect(clean(new Map([['a@b.co', 1], ['c@d.co', 2]]))).toEqual(new Map([['<EMAIL>', 1], ['<EMAIL>#2', 2]]));
    expect(clean(new Set(['a@b.co', 'c@d.co']))).toEqual(new Set(['<EMAIL>', '<EMAIL>#2']));
  });

  it('defines __proto__ as an own key and pollutes nothing', () => {
    const after = clean(JSON.parse(`{"__proto__": {"mail": "${email}"}}`)) as object;

    expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(after, '__proto__')?.value).toEqual({ mail: '<EMAIL>' });
    expect(({} as { mail?: string }).mail).toBeUndefined();
  });

  it('takes the name of a property for the context of its value', () => {
    expect(clean({ password: 'hunter2', ssn: '123456789', phone: 5551234567, id: 5551234567 })).toEqual({ password: '<PASSWORD>', ssn: '<SSN>', phone: '<PHONE>', id: 5551234567 });
  });

  it('replaces whole numbers that are cards, and no others', () => {
    expect(clean([4111111111111111, 4111111111111112, 1705314600000, 123456789, 1.5, 4111111111111111n])).toEqual(['<CREDIT_CARD>', 4111111111111112, 1705314600000, 123456789, 1.5, '<CREDIT_CARD>']);
  });

  it('keeps holes, lengths and extra properties of arrays', () => {
    const match = /(\S+@\S+)/.exec(`mail ${email}`);
    const sparse = [email, , 1] as unknown[]; // eslint-disable-line no-sparse-arrays -- the hole is the point

    expect(clean(match)).toMatchObject({ 0: '<EMAIL>', input: 'mail <EMAIL>', index: 5 });
    expect(clean(sparse)).toEqual(['<EMAIL>', , 1]); // eslint-disable-line no-sparse-arrays -- the hole is the point
    expect(1 in (clean(sparse) as unknown[])).toBe(false);
  });

  it('copies instances onto their prototype', () => {
    class User {
      constructor(readonly mail: string) {}
      greet(): string {
        return `hi ${this.mail}`;
      }
    }
    const after = clean(new User(email)) as User;

    expect(after).toBeInstanceOf(User);
    expect(after.greet()).toBe('hi <EMAIL>');
  });

  it('cleans what errors carry and keeps what they are', () => {
    const after = clean(Object.assign(new TypeError(`bad ${email}`, { cause: new Error(email) }), { code: 'E', who: email })) as TypeError & { who: string };

    expect(after).toBeInstanceOf(TypeError);
    expect([after.name, after.message, after.who, (after.cause as Error).message]).toEqual(['TypeError', 'bad <EMAIL>', '<EMAIL>', '<EMAIL>']);
    expect(after.stack).not.toContain(email);
    expect(Object.keys(after)).toEqual(['code', 'who']);
  });

  it('cleans URLs, patterns and boxed text', () => {
    expect(String(clean(new URL(`https://example.com/?m=${email}`)))).not.toContain(email);
    expect(String(clean(new URL('https://u:hunter2@example.com/')))).not.toContain('hunter2');
    expect(String(clean(new URLSearchParams({ m: email })))).not.toContain('john');
    expect(String(clean(/john@example.com/g))).toBe('/<EMAIL>/g');
    expect(String(clean(Object(email)))).toBe('<EMAIL>');
  });

  it('cleans bytes and keeps their class', () => {
    const bytes = new TextEncoder().encode(`mail ${email}`);
    const latin1 = Uint8Array.from([0xe9, 0x20, ...new TextEncoder().encode(email)]);
    const text = (value: unknown): string => new TextDecoder().decode(value as Uint8Array);

    expect(text(clean(bytes))).toBe('mail <EMAIL>');
    expect(clean(Buffer.from(bytes))).toEqual(Buffer.from('mail <EMAIL>'));
    expect(Buffer.isBuffer(clean(Buffer.from(bytes)))).toBe(true);
    expect(clean(latin1)).toEqual(Uint8Array.from([0xe9, 0x20, ...new TextEncoder().encode('<EMAIL>')]));
    expect(text(clean(bytes.slice().buffer))).toBe('mail <EMAIL>');
    expect(clean(new DataView(bytes.slice().buffer))).toBeInstanceOf(DataView);
    expect(clean(new Float64Array([1, 2]))).toEqual(new Float64Array([1, 2]));
  });

  it.each([
    ['function', (): number => 1], ['symbol', Symbol('x')], ['promise', Promise.resolve(1)], ['weak map', new WeakMap()], ['weak set', new WeakSet()],
    ['generator', (function* () { yield email; })()], ['iterator', [email].values()], ['stream', new ReadableStream()], ['thenable', { then: (): void => undefined }],
    ['asynchronous iterable', { [Symbol.asyncIterator]: (): void => undefined, x: 1 }], ['headers', new Headers({ x: email })],
    ['proxy that throws', new Proxy({}, { ownKeys: () => { throw new Error(email); } })], ['revoked proxy', revoked()],
    ['accessor that throws', { get x(): string { throw new Error(email); } }], ['symbol key', { [Symbol(email)]: 1 }],
    ['map with properties', Object.assign(new Map(), { x: email })],
  ])('refuses a %s, because nobody has looked inside', (_, value) => {
    const error = refuse({ deep: [value] });

    expect(error).toMatchObject({ code: 'UNREDACTABLE' });
    expect(error.path).toMatch(/^deep\[0\]/);
    expect(`${error.message} ${String(error.stack)} ${String(error.cause)}`).not.toContain(email);
  });

  it('keeps the one answer it read from an accessor', () => {
    let reads = 0;
    const tricky = { get x(): string { return (reads += 1) > 1 ? email : 'clean'; } };

    expect((clean(tricky) as { x: string }).x).toBe('clean');
  });

  it('refuses cycles and says where', () => {
    const loop: { users: unknown[] } = { users: [] };
    loop.users.push({ back: loop });

    expect(refuse(loop)).toMatchObject({ code: 'CYCLE', path: 'users[0].back' });
  });

  it('shows names in a path redacted, escaped and cut', () => {
    expect(refuse({ [email]: { 'a b': { ['x'.repeat(99)]: Symbol('s') } } }).path).toBe(`<EMAIL>["a b"].${'x'.repeat(40)}…`.replace(/\.(x+…)$/, '["$1"]'));
  });

  it('refuses what is too deep, too many and too long, without a stack overflow (D-68)', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    let pairs: unknown = email;
    for (let i = 0; i < 40; i += 1) pairs = [pairs, pairs];

    expect(refuse(deep).code).toBe('BUDGET');
    expect(refuse(pairs).code).toBe('BUDGET');
    expect(refuse(new Array(200_000)).code).toBe('BUDGET');
    expect(refuse('x'.repeat(11 << 20)).code).toBe('BUDGET');
    expect(refuse(new Uint8Array(11 << 20)).code).toBe('BUDGET');
    expect(refuse([['x']], { maxDepth: 1 }).code).toBe('BUDGET');
    expect(refuse([1, 2, 3], { maxNodes: 3 }).code).toBe('BUDGET');
    expect(refuse(['abc'], { maxBytes: 2 }).code).toBe('BUDGET');
    expect(refuse(1, { maxNodes: -1 }).code).toBe('OPTIONS');
  });

  it('leaves no value in what JSON can hold, twice as once', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    fc.assert(fc.property(json, json, fc.constantFrom('k', email, '__proto__'), (a, b, key) => {
      const once = clean({ a, [key]: [email, b, { [email]: a }] });

      expect(JSON.stringify(once)).not.toContain(email);
      expect(clean(once)).toEqual(once);
    }), { numRuns: 300 });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
