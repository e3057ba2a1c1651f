import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { types } from 'node:util';
import { takeSnapshot, type SnapshotLimits } from './snapshot.js';

// The bounds here are against hanging: a busy machine may stretch a clock once, not three times.
jest.retryTimes(2);

const limits: SnapshotLimits = { maxBytes: 1_000, maxNodes: 100, maxDepth: 8 };
const take = (value: unknown, given?: SnapshotLimits): unknown =>
  takeSnapshot([value], () => 'arg', () => false, given)[0];

describe('takeSnapshot', () => {
  it('copies plain data equal to what it was, and freezes it at every level', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = take(value);
        expect(copy).toEqual(value);
        expect(isDeeplyFrozen(copy)).toBe(true);
      }),
    );
  });

  it('copies what JSON cannot say', () => {
    class Point {
      constructor(readonly x: number) {}
      double(): number {
        return this.x * 2;
      }
    }
    const value = {
      map: new Map([['k', new Set([1n])]]), date: new Date(5), pattern: /a+/giu, url: new URL('https://a.example/b?c'),
      bytes: Buffer.from('hi'), floats: new Float64Array([0.5]), buffer: new Uint8Array([1]).buffer, point: new Point(3), none: undefined,
    };
    const copy = take(value) as typeof value;

    expect(copy).toEqual(value);
    expect(copy.point.double()).toBe(6);
    expect(copy.point).not.toBe(value.point);
    expect(Buffer.isBuffer(copy.bytes) && types.isTypedArray(copy.floats)).toBe(true);
    value.bytes[0] = 0;
    expect(copy.bytes.toString()).toBe('hi');
  });

  it('keeps __proto__ and constructor as plain keys', () => {
    const copy = take(JSON.parse('{"__proto__":{"polluted":1},"constructor":2}')) as object;

    expect(Object.keys(copy)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('reads an accessor once', () => {
    let reads = 0;
    const copy = take({ get value() { reads += 1; return reads; } }) as { value: number };

    expect([copy.value, copy.value, reads]).toEqual([1, 1, 1]);
  });

  const cycle: unknown[] = [];
  cycle.push({ cycle });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const refused: readonly [string, unknown, RegExp][] = [
    ['a cycle', cycle, /argument arg.* is cyclic/],
    ['a function', { f: () => 1 }, /argument arg\.f is a function/],
    ['a symbol', [Symbol('s')], /argument arg\[0\] is a symbol/],
    ['a symbol key', { [Symbol('s')]: 1 }, /has a symbol key/],
    ['a promise', Promise.resolve(1), /is a promise/],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(2)), /shared memory/],
    ['a lone surrogate', { text: 'a\uD800' }, /argument arg\.text has a lone surrogate/],
    ['a lone surrogate in a key', { '\uDC00': 1 }, /lone surrogate/],
    ['an accessor that throws', { get boom() { throw new Error('no'); } }, /could not be read/],
    ['a proxy', new Proxy({}, {}), /is a proxy/],
    ['a revoked proxy', revoked.proxy, /is a proxy/],
    ['data on a prototype', Object.create({ path: '/etc' }), /neither plain data/],
    ['a forged signal', Object.assign(Object.create(AbortSignal.prototype) as object, { path: 1 }), /could not be read/],
    ['a stream', new ReadableStream(), /.+/],
    ['an array with a named property', Object.assign([1], { extra: 2 }), /extra properties/],
  ];

  it.each(refused)('refuses %s', (_name, value, message) => {
    expect(() => take(value)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(message) }));
  });

  const deep = ((): unknown => {
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i += 1) value = [value];
    return value;
  })();
  const dag = ((): unknown => {
    let value: unknown = 'leaf';
    for (let i = 0; i < 30; i += 1) value = [value, value];
    return value;
  })();
  const large: readonly [string, unknown][] = [
    ['100,000 levels', deep],
    ['a 20 MB string', 'x'.repeat(20_000_000)],
    ['a 20 MB string in a list', ['x'.repeat(20_000_000)]],
    ['a shared value that unfolds to a billion', dag],
    ['a huge sparse array', new Array(4_000_000_000)],
    ['a huge bigint', 1n << 100_000_000n],
  ];

  it.each(large)('refuses %s within a second', (_name, value) => {
    const start = performance.now();

    expect(() => take(value)).toThrow(expect.objectContaining({ code: 'INPUT_TOO_LARGE' }));
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('counts bytes and values over all arguments together', () => {
    const half = 'x'.repeat(600);
    expect(() => takeSnapshot([half, half], String, () => false, limits)).toThrow(expect.objectContaining({ code: 'INPUT_TOO_LARGE' }));
    expect(takeSnapshot([half], String, () => false, limits)).toEqual([half]);
  });

  it('names no key in a message that could be a value', () => {
    expect(() => take({ 'my secret key 123': { f: () => 1 } })).toThrow(/argument arg\.\(key\)\.f/);
  });

  it('hands opaque arguments over as they are', () => {
    const callback = (): number => 1;

    expect(takeSnapshot([callback, 1], String, (i) => i === 0)).toEqual([callback, 1]);
  });
});

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}
