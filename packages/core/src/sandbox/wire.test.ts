import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromWire, resultLimits, toWire, WireError } from './wire.js';

/** As it really goes: written as text, read again. */
function across(value: unknown): unknown {
  return fromWire(JSON.parse(JSON.stringify(toWire(value))));
}

const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
  fc.float64Array(),
  fc.webUrl().map((url) => new URL(url)),
);
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$', 'v', '__proto__', 'constructor', 'toJSON', 'then')), tie('data'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(tie('data'), tie('data')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('data'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
}));

describe('the wire', () => {
  it('gives back what was put on it', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(across(value)).toEqual(value);
      }),
    );
  });

  it('sets no prototype, whatever was put on it', () => {
    fc.assert(
      fc.property(fc.object({ key: fc.constantFrom('__proto__', 'a', '$', 'constructor', 'prototype'), withNullPrototype: true }), (value) => {
        const back = across(value) as object;

        expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
        expect(({} as Record<string, unknown>)['a']).toBeUndefined();
      }),
    );
  });

  it('reads any JSON, or refuses it with an error of its own', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'medium' }), fc.constantFrom('undefined', 'number', 'bigint', 'date', 'map', 'set', 'regexp', 'url', 'bytes', 'error', 'object', 'other', 7), (v, tag) => {
        for (const wire of [v, { $: tag, v }, { $: tag }, { a: { $: tag, v: [v, v] } }]) {
          const read = (): unknown => fromWire(wire);
          let thrown: unknown;
          try {
            read();
          } catch (error) {
            thrown = error;
          }

          expect(thrown === undefined || thrown instanceof WireError).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['a function', { f: () => 1 }],
    ['a symbol', [Symbol('s')]],
    ['a proxy', new Proxy({}, {})],
    ['an accessor', { get a() { return 1; } }],
    ['an accessor of a list', Object.defineProperty([1], 0, { get: () => 2, enumerable: true })],
    ['a promise', Promise.resolve(1)],
    ['an iterator', [1].values()],
    ['a weak map', new WeakMap()],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(2))],
    ['a boxed primitive', Object(1)],
    ['a stream', new ReadableStream()],
    ['a signal', new AbortController().signal],
    ['a host object', new Blob([])],
  ])('refuses %s', (_what, value) => {
    expect(() => toWire(value)).toThrow(WireError);
  });

  it('refuses circles, depth and crowds', () => {
    const circle: Record<string, unknown> = {};
    circle['own'] = circle;
    const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;

    expect(() => toWire(circle)).toThrow(WireError);
    expect(() => toWire(deep)).toThrow(WireError);
    expect(() => fromWire(deep)).toThrow(WireError);
    expect(() => toWire([1, 2, 3], { maxDepth: 10, maxNodes: 3 })).toThrow('more than 3 values');
    expect(() => fromWire([1, 2, 3], { maxDepth: 10, maxNodes: 3 })).toThrow(WireError);
  });

  it('takes an error apart: its words and simple data cross, its class does not', () => {
    class Own extends TypeError {
      override name = 'Own';
      readonly code = 'E_OWN';
      readonly held = { secret: true };
    }

    const back = across(new Own('what happened', { cause: new Map([[1, 2]]) })) as Error & { code?: string; held?: unknown };

    expect(back).toBeInstanceOf(Error);
    expect(back).not.toBeInstanceOf(Own);
    expect({ name: back.name, message: back.message, code: back.code, held: back.held }).toEqual({ name: 'Own', message: 'what happened', code: 'E_OWN', held: undefined });
    expect(back.cause).toEqual(new Map([[1, 2]]));
    expect(back.stack?.length).toBeLessThanOrEqual(4_000);
  });

  it('lets an error set nothing but its words', () => {
    const forged = { $: 'error', v: { name: 'E', message: 'm', stack: '', own: { toString: 'x', message: 'y', then: 'z', __proto__: null } } };

    const error = fromWire(JSON.parse(JSON.stringify(forged))) as Error;

    expect(error.message).toBe('m');
    expect(typeof error.toString).toBe('function');
  });

  it('carries the own data of an object of a class, and the kind of its bytes', () => {
    class Receipt {
      readonly #hidden = 1;
      constructor(readonly id: string) {}
      get hidden(): number {
        return this.#hidden;
      }
    }

    expect(across(new Receipt('r1'))).toEqual({ id: 'r1' });
    expect(Buffer.isBuffer(across(Buffer.from('x')))).toBe(true);
    expect(across(new DataView(new ArrayBuffer(3)))).toBeInstanceOf(DataView);
    expect((across(new Date(Number.NaN)) as Date).getTime()).toBeNaN();
    expect(across(/a/giu)).toEqual(/a/giu);
  });

  it.each([
    ['a long URL', { $: 'url', v: `http://a.test/${'x'.repeat(2_048)}` }],
    ['a URL of letters that no URL has once it was read', { $: 'url', v: 'http://\u4e2d\u4e2d.test/' }],
    ['a long pattern', { $: 'regexp', v: ['a'.repeat(1_001), ''] }],
    ['many flags', { $: 'regexp', v: ['a', 'd'.repeat(11)] }],
    ['many patterns', Array.from({ length: 1_001 }, () => ({ $: 'regexp', v: ['a', ''] }))],
    ['patterns that are long together', Array.from({ length: 11 }, (_, i) => ({ $: 'regexp', v: [`${'a'.repeat(998)}${String(i)}`, ''] }))],
  ])('does not parse %s', (_, wire) => {
    expect(() => fromWire(wire, resultLimits)).toThrow(WireError);
  });

  it('marks an error of a tool that goes by a name of ours', () => {
    const wire = { $: 'error', v: { name: 'KillSwitchError', message: 'x'.repeat(70_000), stack: '', own: { code: 'KILL_SWITCH' } } };

    const errors = ['ResourceLimitError', 'TypeError'].map((name) => fromWire({ ...wire, v: { ...wire.v, name } }, resultLimits) as Error);

    expect(errors).toMatchObject([{ name: 'tool:ResourceLimitError', code: 'tool:KILL_SWITCH' }, { name: 'TypeError' }]);
    expect(errors[0]?.message).toHaveLength(64 * 1024);
  });
});
