import { describe, expect, it } from '@jest/globals';
import { ReceivedCall } from '../../pipeline/received-call.js';
import { readArgumentPath } from '../argument-path.js';
import { eachTextOf, namedArguments, valuesAt } from './call-values.js';

interface Options {
  readonly params?: readonly string[];
  readonly opaque?: (index: number) => boolean;
}

function callOf(args: readonly unknown[], { params, opaque }: Options = {}): ReceivedCall {
  return new ReceivedCall({
    id: 'c', tool: 't', args, params, opaque, policyName: 'p', policyDigest: 'd', parentId: undefined, depth: 1,
    tenant: undefined, agent: undefined, session: undefined, labels: {}, sensitivity: [], abort: undefined,
  });
}

function found(path: string, args: readonly unknown[], options?: Options): unknown[] {
  return valuesAt(callOf(args, options), readArgumentPath(path).steps ?? []).map(({ value, path: at }) => [at, value]);
}

function texts(args: readonly unknown[], options?: Options): unknown[] {
  const seen: unknown[] = [];
  eachTextOf(callOf(args, options), (text, where, isKey) => {
    seen.push([where().path, text, ...(isKey ? ['key'] : [])]);
  });
  return seen;
}

class Order {
  readonly id = 'o-1';
  get secret(): string {
    throw new Error('read');
  }
}

describe('values at a path', () => {
  it.each<[string, unknown, readonly unknown[]]>([
    ['a', { a: 1 }, [['a', 1]]],
    ['a', {}, []],
    ['a', { a: null }, [['a', null]]],
    ['a.b', { a: null }, []],
    ['a.b', { a: 'text' }, []],
    ['a.length', { a: 'text' }, []],
    ['a.length', { a: [1, 2] }, [['a.length', 2]]],
    ['*', { a: 1, b: 2 }, [['a', 1], ['b', 2]]],
    ['a[*]', { a: [1, [2]] }, [['a[0]', 1], ['a[1]', [2]]]],
    ['a[*][*]', { a: [1, [2]] }, [['a[1][0]', 2]]],
    ['a[*]', { a: new Set(['x']) }, [['a[0]', 'x']]],
    ['a[0]', { a: new Set(['x', 'y']) }, [['a[0]', 'x']]],
    ['a[1]', { a: ['x', 'y'] }, [['a[1]', 'y']]],
    ['a.1', { a: ['x', 'y'] }, [['a.1', 'y']]],
    ['a[1]', { a: { 1: 'y' } }, [['a[1]', 'y']]],
    ['a.k', { a: new Map([['k', 1]]) }, [['a.k', 1]]],
    ['a.*', { a: new Map([['k', 1]]) }, [['a.k', 1]]],
    ['a.5', { a: new Map<unknown, string>([[5, 'five'], ['5', 'V']]) }, [['a.5', 'five'], ['a.5', 'V']]],
    ['a[5]', { a: new Map<unknown, string>([['5', 'five'], [6, 'six'], [5n, 'V']]) }, [['a[5]', 'five'], ['a[5]', 'V']]],
    ['a.true', { a: new Map([[true, 'yes']]) }, [['a.true', 'yes']]],
    ['constructor', { a: 1 }, []],
    ['__proto__', { a: 1 }, []],
    ['a.__proto__', { a: {} }, []],
    ['id', new Order(), [['id', 'o-1']]],
    ['secret', new Order(), []],
    ['a.x', { a: Object.create({ x: 1 }) }, []],
    ['a.b', { a: Object.defineProperty({}, 'b', { get: () => 1, enumerable: true }) }, []],
    ['a[*]', { a: new Uint8Array([1]) }, []],
    ['a.*', { a: new Date() }, []],
  ])('%s in %p', (path, only, expected) => {
    expect(found(path, [only])).toEqual(expected);
  });

  it('names positional arguments by params, and by arg0, arg1 without', () => {
    expect(found('to', ['ann', 'hi'], { params: ['to'] })).toEqual([['to', 'ann']]);
    expect(found('arg1', ['ann', 'hi'], { params: ['to'] })).toEqual([['arg1', 'hi']]);
    expect(found('arg0.to', [{ to: 'ann' }, 1])).toEqual([['arg0.to', 'ann']]);
    expect(found('body.to', [{ to: 'ann' }], { params: ['body'] })).toEqual([['body.to', 'ann']]);
  });

  it('reads nothing of an argument that is handed over by reference', () => {
    let reads = 0;
    const trap = new Proxy({ a: 'x' }, { get: () => (reads += 1), ownKeys: () => { reads += 1; return ['a']; }, getOwnPropertyDescriptor: () => { reads += 1; return undefined; } });
    const options = { opaque: (i: number): boolean => i === 0 };

    expect(found('*', [trap, 'b'], options)).toEqual([['arg1', 'b']]);
    expect(texts([trap, 'b'], options)).toEqual([['arg1', 'b']]);
    expect([...namedArguments(callOf([trap], options))]).toEqual([]);
    expect(reads).toBe(0);
  });
});

describe('texts of a call', () => {
  it.each<[string, unknown, readonly unknown[]]>([
    ['members and their names', { a: 'x' }, [['a', 'a', 'key'], ['a', 'x']]],
    ['items', { a: ['x', ['y']] }, [['a', 'a', 'key'], ['a[0]', 'x'], ['a[1][0]', 'y']]],
    ['sets', new Set(['x']), [['arg0[0]', 'x']]],
    ['maps', new Map<unknown, unknown>([['k', 'x'], [5, 'y']]), [['arg0.k', 'k', 'key'], ['arg0.k', 'x'], ['arg0[5]', 'y']]],
    ['keys of maps that are no texts', new Map([[{ q: ['x'] }, 1]]), [[expect.any(String), 'q', 'key'], [expect.any(String), 'x', 'key']]],
    ['addresses', { u: new URL('https://a.example/') }, [['u', 'u', 'key'], ['u', 'https://a.example/']]],
    ['patterns', { p: /x+/ }, [['p', 'p', 'key'], ['p', 'x+']]],
    ['plain text', 'x', [['arg0', 'x']]],
    ['no bytes', { b: new Uint8Array([120]) }, [['b', 'b', 'key']]],
  ])('are found in %s', (_what, value, expected) => {
    expect(texts([value])).toEqual(expected);
  });

  it('are found in errors', () => {
    const error = Object.assign(new Error('message', { cause: 'why' }), { more: 'more' });
    const seen = texts([{ error }]).map((one) => (one as readonly unknown[])[1]);

    expect(seen).toEqual(expect.arrayContaining(['message', 'why', 'more']));
  });

  it('D-68: what is shared is looked at once', () => {
    let shared: unknown = 'x';
    for (let i = 0; i < 20; i += 1) shared = [shared, shared];

    expect(texts([shared]).length).toBeLessThanOrEqual(2);
  });

  it('a key of a map that converts itself to text in odd ways is not asked to', () => {
    let asked = 0;
    const odd = { toString: (): string => String((asked += 1)) };

    expect(texts([new Map<unknown, unknown>([[odd, 'x'], [Object.create(null), 'y']])]).map((one) => (one as readonly unknown[])[1])).toEqual(expect.arrayContaining(['x', 'y']));
    expect(found('*.*', [new Map<unknown, unknown>([[odd, 'x']]), 1])).toEqual([[expect.any(String), 'x']]);
    expect(asked).toBe(0);
  });

  it('nesting that no call can have is refused', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 5_000; i += 1) deep = [deep];

    expect(() => texts([deep])).toThrow(RangeError);
  });
});
