import { afterEach, describe, expect, it } from '@jest/globals';
import { RedactError } from '../errors.js';
import { Redactor } from '../redactor.js';
import { redactValue } from './redact-value.js';

const redactor = new Redactor();
const clean = (value: unknown): unknown => redactValue(value, (text, name) => redactor.redact(text, name)).value;
const email = 'john@example.com';

describe('properties', () => {
  it('keep their flags when they are copied', () => {
    const value = Object.defineProperties([email, 'x'], { hidden: { value: email }, 1: { value: 'x', enumerable: false } });
    const record = Object.freeze({ mail: email, n: 1 });

    expect(Object.getOwnPropertyDescriptors(clean(value))).toMatchObject({
      0: { value: '<EMAIL>', enumerable: true, writable: true, configurable: true },
      1: { value: 'x', enumerable: false },
      hidden: { value: '<EMAIL>', enumerable: false, writable: false, configurable: false },
    });
    expect(Object.getOwnPropertyDescriptors(clean(record))).toEqual({
      mail: { value: '<EMAIL>', enumerable: true, writable: false, configurable: false },
      n: { value: 1, enumerable: true, writable: false, configurable: false },
    });
  });

  it('of arrays may be accessors, and are read once', () => {
    let reads = 0;
    const tricky = Object.defineProperty([1, 2, 3], 1, { enumerable: true, get: () => { reads += 1; return reads > 1 ? email : 'clean'; } });

    expect(clean(tricky)).toEqual([1, 'clean', 3]);
    expect(reads).toBe(1);
    expect(clean(Object.defineProperty([1], 0, { enumerable: true, set: () => undefined }))).toEqual([undefined]);
  });

  it('keep what was read when an accessor changes those before it', () => {
    const object = { a: 'clean', get b(): number { this.a = email; return 1; }, c: 'clean' };
    const list: unknown[] = ['clean', 'x'];
    Object.defineProperty(list, 1, { enumerable: true, get: () => { list[0] = email; return 1; } });

    expect(clean(object)).toEqual({ a: 'clean', b: 1, c: 'clean' });
    expect(clean(list)).toEqual(['clean', 1]);
  });

  it('under symbols are cleaned', () => {
    const key = Symbol('k');

    expect((clean({ [key]: email }) as Record<symbol, unknown>)[key]).toBe('<EMAIL>');
    expect((clean(Object.assign([1], { [key]: email })) as Record<symbol, unknown>)[key]).toBe('<EMAIL>');
  });

  it('that throw an error of ours show nothing of it', () => {
    expect(() => clean({ a: { get x(): never { throw new RedactError('INPUT', email); } } })).toThrow(
      expect.objectContaining({ code: 'UNREDACTABLE', path: 'a.x', message: expect.not.stringContaining(email) as unknown }),
    );
  });

  it('are walked again under a name that was clean before', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ id: i, mail: email, [email]: 1 }));

    expect(new Set((clean(many) as object[]).map((one) => JSON.stringify(one).replace(/\d+/, '')))).toEqual(new Set(['{"id":,"mail":"<EMAIL>","<EMAIL>":1}']));
  });

  it('of objects without a prototype are copied without one', () => {
    const bare = Object.assign(Object.create(null) as object, { mail: email, toString: 'x' });
    const copy = clean(bare) as object;

    expect(Object.getPrototypeOf(copy)).toBeNull();
    expect(Object.entries(copy)).toEqual([['mail', '<EMAIL>'], ['toString', 'x']]);
  });

  describe('on a polluted prototype', () => {
    afterEach(() => {
      Reflect.deleteProperty(Object.prototype, 'mail');
    });

    it('are defined and never assigned', () => {
      const seen: unknown[] = [];
      Object.defineProperty(Object.prototype, 'mail', { configurable: true, set: (value) => seen.push(value) });
      const copy = clean({ mail: email }) as object;

      expect(Object.hasOwn(copy, 'mail')).toBe(true);
      expect(seen).toEqual([]);
    });
  });
});
