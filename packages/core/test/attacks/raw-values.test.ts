import { describe, expect, it } from '@jest/globals';
import { enforce, Redactor, RulesRedactor } from '../../src/index.js';
import { caughtAsync, isTyped, lab } from './kit.js';

const redacting = { pii_redaction: { enabled: true }, redact_output: true };
const canary = 'ann.canary@corp.io';

describe('L9: no raw value leaves', () => {
  const everything = (error: unknown): string => { const parts: string[] = []; for (let e = error as Error | undefined, n = 0; e !== undefined && n < 9; e = e.cause as Error | undefined, n += 1) parts.push(e.message, String(e.stack), JSON.stringify(e)); return parts.join(' '); };

  it.each<readonly [string, (text: string) => unknown]>([
    ['text', (t) => t], ['a nested value', (t) => ({ a: [{ b: t }] })], ['a key', (t) => ({ [t]: 1 })], ['a Map', (t) => new Map([[t, t]])], ['a Set', (t) => new Set([t])],
    ['bytes', (t) => Buffer.from(t)], ['an ArrayBuffer', (t) => new TextEncoder().encode(t).buffer], ['an Error', (t) => new Error(t)], ['a URL', (t) => new URL(`https://x.io/?m=${t}`)],
    ['a class instance', (t) => new (class User { constructor(readonly email: string) {} })(t)],
    ['a class instance with toJSON', (t) => new (class User { #email = t; toJSON(): object { return { email: this.#email }; } })()],
    ['a class instance with a getter', (t) => new (class User { #email = t; get email(): string { return this.#email; } })()],
    ['a proxy that shows one thing and gives another', (t) => new Proxy({ email: 'nobody' }, { get: (o, key) => (key === 'email' ? t : Reflect.get(o, key)) })],
    ['a getter that changes', (t) => { let n = 0; return { get email() { n += 1; return n > 1 ? t : 'nobody'; } }; }],
    ['a symbol key', (t) => ({ [Symbol('s')]: t })], ['a String object', (t) => Object(t)], ['an iterable', (t) => ({ *[Symbol.iterator]() { yield t; } })],
    ['a function', (t) => () => t], ['a promise inside', (t) => ({ p: Promise.resolve(t) })],
  ])('D-17: %s as a result is cleaned or withheld', async (_name, make) => {
    const { container, auditor, logs } = lab(redacting);
    let result: unknown;
    const error = await caughtAsync(async () => { result = await enforce(async function tool() { return { wrapped: make(canary) }; }, { container })(); });
    const got = (result as { wrapped?: unknown } | undefined)?.wrapped;
    const read = (x: unknown): string => {
      if (typeof x === 'function') return String((x as () => unknown)());
      if (typeof x !== 'object' || x === null) return String(x);
      const iterable = typeof (x as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function' ? [...(x as Iterable<unknown>)].join(' ') : '';
      const bytes = ArrayBuffer.isView(x) ? Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString() : x instanceof ArrayBuffer ? Buffer.from(x).toString() : '';
      const own = Reflect.ownKeys(x).map((k) => `${String(k)} ${String(Reflect.get(x, k))}`).join(' ');
      return [iterable, bytes, own, JSON.stringify(x), String((x as { email?: unknown }).email), decodeURIComponent(String(x))].join(' ');
    };
    if (error === undefined) expect(read(got)).not.toContain(canary);
    else expect(isTyped(error)).toBe(true);
    expect(everything(error ?? new Error('none')) + JSON.stringify([auditor.entries, auditor.intents, logs])).not.toContain(canary);
  });

  it('an error of the redactor does not carry the text that it failed on', async () => {
    const { container } = lab(redacting);
    const real = new RulesRedactor();
    container.rebind(Redactor).toConstantValue({ redact: (text, rules) => { if (text.includes('canary')) throw new Error(`cannot read ${text}`); return real.redact(text, rules); } });
    const error = await caughtAsync(() => enforce(async function tool() { return `x ${canary}`; }, { container })());
    expect(isTyped(error)).toBe(true);
    expect(everything(error)).not.toContain(canary);
  });

  it('D-19: secrets are hidden in both directions whenever redaction is on', async () => {
    const { container } = lab({ pii_redaction: { enabled: true, categories: ['email'] }, redact_output: true });
    const key = ['AKIA', 'IOSFODNN7', 'QWERTYU'].join('');
    let seen: unknown;
    const out = await enforce(async function tool(x: string) { seen = x; return { key }; }, { container })(`key ${key}`);
    expect(String(seen) + JSON.stringify(out)).not.toContain(key);
  });

  it('opaque arguments are handed over as they are, also where the policy redacts', () => {
    const { container } = lab(redacting);
    const callback = (): number => 7;
    const tool = enforce(function tool(_text: string, fn: () => number) { return fn(); }, { container, opaque: [1] });
    expect(tool('hello', callback)).toBe(7);
  });
});
