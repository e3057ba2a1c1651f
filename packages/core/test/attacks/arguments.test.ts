import { describe, expect, it } from '@jest/globals';
import { types } from 'node:util';
import { enforce, Enforcer, HookRegistry } from '../../src/index.js';
import { runWatched } from '../../src/guard/time/watchdog.js';
import { caught, caughtAsync, goodCall, isTyped, lab, lastEntry, outcomes, revoked } from './kit.js';

const boom = (): never => { throw new Error('trap'); };

/** What the tool got, or the typed error; the rest is the same for every hostile argument. */
function send(value: unknown, rules: object = {}): { readonly got: unknown; readonly error: unknown; readonly ran: number } {
  const { container, auditor } = lab(rules);
  let ran = 0;
  let got: unknown;
  const tool = enforce(function tool(given: unknown) { ran += 1; got = given; }, { container });
  const before = performance.now();
  const error = caught(() => { runWatched(2_500, () => { tool(value); }); });
  expect(performance.now() - before).toBeLessThan(1_000);
  expect(auditor.entries).toHaveLength(1);
  expect(goodCall(container)).toBe(42);
  return { got, error, ran };
}

function deep(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < levels; i += 1) value = wrap(value);
  return value;
}

function manyKeys(n: number): object {
  const made: Record<string, number> = {};
  for (let i = 0; i < n; i += 1) made[`k${String(i)}`] = i;
  return made;
}

const cyclic: Record<string, unknown> = {};
cyclic['self'] = [cyclic];

describe('hostile arguments are blocked with a typed error, one entry, and no harm to the next call', () => {
  it.each<readonly [string, () => unknown]>([
    ['a cycle', () => cyclic],
    ['100k levels of arrays', () => deep(100_000, (x) => [x])],
    ['100k levels of objects', () => deep(100_000, (a) => ({ a }))],
    ['100k levels of maps', () => deep(100_000, (x) => new Map([[x, 1]]))],
    ['a getter that throws', () => ({ get a() { return boom(); } })],
    ['a revoked proxy', () => revoked()],
    ['a proxy that throws', () => new Proxy({}, { ownKeys: boom })],
    ['20 MB of text', () => 'x'.repeat(20e6)],
    ['20 MB of text in a list', () => [{ a: ['x'.repeat(20e6)] }]],
    ['20 MB in keys', () => ({ ['k'.repeat(20e6)]: 1 })],
    ['20 MB in small pieces', () => Array.from({ length: 2_000 }, () => 'x'.repeat(10_000))],
    ['a huge bigint', () => 1n << 80_000_000n],
    ['a lone surrogate', () => 'a\ud800'],
    ['a lone surrogate as key', () => ({ '\udc00': 1 })],
    ['a symbol key', () => ({ [Symbol('s')]: 1 })],
    ['a symbol', () => Symbol('s')],
    ['a function', () => [() => 1]],
    ['new Array(4e9)', () => new Array(4e9)],
    ['an array with 1e6 holes', () => new Array(1e6)],
    ['an object with 2e5 keys', () => manyKeys(2e5)],
    ['a million shared parts', () => deep(30, (x) => [x, x])],
    ['a promise', () => Promise.resolve(1)],
    ['a thenable', () => ({ then: () => undefined })],
    ['a weak map', () => new WeakMap()],
    ['shared memory', () => new SharedArrayBuffer(8)],
    ['a view of shared memory', () => new Uint8Array(new SharedArrayBuffer(8))],
    ['a generator', () => (function* () { yield 1; })()],
    ['a stream', () => new ReadableStream()],
    ['20 MB of bytes', () => new Uint8Array(20e6)],
    ['an object that is a Map by prototype only', () => Object.create(Map.prototype) as object],
  ])('%s', (_name, make) => {
    const { error, ran } = send(make());
    expect(isTyped(error)).toBe(true);
    expect(ran).toBe(0);
  });

  it('an args list of three million holes is refused before it is walked (4e9 of them hold the thread for minutes)', () => {
    const { container, auditor } = lab();
    let touched = 0;
    const args = new Proxy([] as unknown[], {
      get: (target, key) => { touched += 1; return key === 'length' ? 3e6 : Reflect.get(target, key); },
      has: () => { touched += 1; return false; },
    });
    const error = caught(() => new Enforcer(undefined, { container }).runSync(() => 1, { tool: 't', args }));
    expect(touched).toBeLessThan(200_000);
    expect(isTyped(error)).toBe(true);
    expect(auditor.entries).toHaveLength(1);
  });
});

describe('the byte budget holds whatever an object says about its size', () => {
  const big = 'x'.repeat(20e6);
  it.each<readonly [string, () => unknown]>([
    ['a RegExp with a lying source', () => Object.defineProperty(/x/, 'source', { value: { length: NaN, toString: () => 'x' } })],
    ['bytes with a lying byteLength', () => Object.defineProperty(new Uint8Array(4), 'byteLength', { value: NaN })],
    ['a URL with a lying href', () => Object.defineProperty(new URL('http://a.b'), 'href', { value: { length: NaN, toString: () => 'http://a.b' } })],
    ['an ArrayBuffer with a lying byteLength', () => Object.defineProperty(new ArrayBuffer(4), 'byteLength', { value: -1e9 })],
  ])('%s', (_name, make) => {
    const { error, ran } = send([make(), big]);
    expect(isTyped(error)).toBe(true);
    expect(ran).toBe(0);
  });
});

describe('D-23/L5: what was checked is what runs', () => {
  /** True when nothing that the caller holds is part of what the tool got. */
  function detached(value: unknown, change: () => void): void {
    const { container } = lab();
    let first: string | undefined;
    let second: string | undefined;
    const show = (given: unknown): string => {
      const own = (x: unknown): unknown => (ArrayBuffer.isView(x) ? [...new Uint8Array(x.buffer, x.byteOffset, x.byteLength)] : types.isAnyArrayBuffer(x) ? [...new Uint8Array(x)] : x);
      return JSON.stringify(own(given)) + String((given as { path?: unknown } | null)?.path) + String((given as unknown[] | null)?.[0] ?? '');
    };
    const tool = enforce(function tool(given: unknown) { first = show(given); change(); second = show(given); }, { container });
    const error = caught(() => { tool(value); });
    if (error !== undefined) {
      expect(isTyped(error)).toBe(true);
      return;
    }
    expect(second).toBe(first);
  }

  it.each<readonly [string, () => readonly [unknown, () => void]]>([
    ['a plain object', () => { const o = { path: 'ok' }; return [o, () => { o.path = 'bad'; }]; }],
    ['a getter', () => { let n = 0; return [{ get path() { n += 1; return n; } }, () => undefined]; }],
    ['a proxy', () => { let n = 0; return [new Proxy({ path: 0 }, { get: (_t, key) => (key === 'path' ? (n += 1) : undefined) }), () => undefined]; }],
    ['an array whose length is an object', () => {
      const length = { path: 'ok', valueOf: () => 0 };
      return [new Proxy([] as unknown[], { get: (t, key) => (key === 'length' ? length : Reflect.get(t, key)) }), () => { length.path = 'bad'; }];
    }],
    ['bytes with a lying constructor', () => {
      const bytes = new Uint8Array([1, 2]);
      const live = { path: 'ok' };
      Object.defineProperty(bytes, 'constructor', { value: function evil() { return live; } });
      return [bytes, () => { live.path = 'bad'; }];
    }],
    ['bytes with a lying buffer', () => {
      const bytes = new Uint8Array([1, 2]);
      const live = new ArrayBuffer(2);
      Object.defineProperty(bytes, 'buffer', { value: { slice: () => live } });
      return [bytes, () => { new Uint8Array(live)[0] = 9; }];
    }],
    ['an ArrayBuffer with its own slice', () => {
      const buffer = new ArrayBuffer(2);
      Object.defineProperty(buffer, 'slice', { value: () => buffer });
      return [buffer, () => { new Uint8Array(buffer)[0] = 9; }];
    }],
    ['an ArrayBuffer with a hostile Symbol.species', () => {
      const buffer = new ArrayBuffer(2);
      let alias = new ArrayBuffer(0);
      Object.defineProperty(buffer, 'constructor', { value: { [Symbol.species]: function species(n: number) { alias = new ArrayBuffer(n); return alias; } } });
      return [buffer, () => { new Uint8Array(alias).fill(9); }];
    }],
    ['bytes on a buffer with a hostile Symbol.species', () => {
      const bytes = new Uint8Array([1, 2]);
      let alias = new ArrayBuffer(0);
      Object.defineProperty(bytes.buffer, 'constructor', { value: { [Symbol.species]: function species(n: number) { alias = new ArrayBuffer(n); return alias; } } });
      return [bytes, () => { new Uint8Array(alias).fill(9); }];
    }],
    ['an object that is an AbortSignal by prototype', () => { const o = Object.assign(Object.create(AbortSignal.prototype) as object, { path: 'ok' }); return [o, () => { o.path = 'bad'; }]; }],
    ['an AbortSignal with a property', () => { const o = Object.assign(new AbortController().signal, { path: 'ok' }); return [o, () => { o.path = 'bad'; }]; }],
    ['an object with its data on its prototype', () => { const proto = { path: 'ok' }; return [Object.create(proto), () => { proto.path = 'bad'; }]; }],
    ['an object whose prototype is a proxy', () => { let n = 0; return [Object.create(new Proxy({}, { get: (_t, key) => (key === 'path' ? (n += 1) : undefined) })), () => undefined]; }],
    ['a boxed string with its own valueOf', () => { const live = { path: 'ok' }; return [Object.assign(Object('x') as object, { valueOf: () => live }), () => { live.path = 'bad'; }]; }],
    ['an array with its own iterator and map', () => { const live = { path: 'ok' }; return [Object.defineProperty([{ path: 'ok' }], 'map', { value: () => [live] }), () => { live.path = 'bad'; }]; }],
  ])('%s', (_name, make) => {
    detached(...make());
  });

  it('an args list with its own map, or of a class with a hostile species, hands nothing over uncopied', () => {
    const live = { path: 'ok' };
    class Evil extends Array<unknown> { static override get [Symbol.species]() { return function species() { return new Proxy([], { defineProperty: () => true, get: (_t, key) => (key === '0' ? live : key === 'length' ? 1 : undefined) }); } as never; } }
    for (const args of [Object.defineProperty([{ path: 'ok' }], 'map', { value: () => [live] }), Evil.of({ path: 'ok' })]) {
      const { container } = lab();
      let got: unknown;
      const error = caught(() => { new Enforcer(undefined, { container }).runSync((x: never) => { got = x; }, { tool: 't', args }); });
      if (error === undefined) expect(got).not.toBe(live);
      else expect(isTyped(error)).toBe(true);
    }
  });

  it('a Map subclass that iterates as it likes is read as it is', () => {
    class Liar extends Map<string, string> { override *[Symbol.iterator](): Generator<[string, string]> { yield ['path', 'bad']; } override *entries(): Generator<[string, string]> { yield ['path', 'bad']; } }
    const { got } = send(new Liar([['path', 'ok']]));
    expect((got as Map<string, string>).get('path')).toBe('ok');
  });

  it('__proto__ is only a name', () => {
    const { got } = send(JSON.parse('{"__proto__": {"admin": true}}'));
    expect((got as { admin?: unknown }).admin).toBeUndefined();
    expect(Object.hasOwn(got as object, '__proto__')).toBe(true);
  });

  it('a caller that changes its object right after the call changes nothing', async () => {
    const { container } = lab();
    container.get(HookRegistry).on('pre_call', async () => { await Promise.resolve(); });
    const tool = enforce(async function tool(o: { path: string; list: string[] }) { return `${o.path}${o.list.join('')}`; }, { container });
    const o = { path: 'ok', list: ['a'] };
    const pending = tool(o);
    o.path = 'bad';
    o.list.push('b');
    expect(await pending).toBe('oka');
  });

  it('a hook that keeps the arguments cannot change plain data in them after the decision', async () => {
    const { container } = lab();
    let kept: { path: string; list: number[] } | undefined;
    container.get(HookRegistry).on('pre_call', ({ call }) => { kept = call.args[0] as never; });
    container.get(HookRegistry).on('post_call', () => undefined);
    const tool = enforce(async function tool(o: NonNullable<typeof kept>) { await Promise.resolve(); return [o.path, o.list]; }, { container });
    const pending = tool({ path: '/safe', list: [1] });
    for (const change of [() => { if (kept) kept.path = '/etc'; }, () => kept?.list.push(2)]) caught(change);
    expect(await pending).toEqual(['/safe', [1]]);
  });

  it('the digest of the arguments is of the arguments, not of what their prototype says they are', () => {
    const digestOf = (value: unknown): unknown => { const { container, auditor } = lab({}, { auditDigestKey: 'k'.repeat(32) }); enforce(function tool(_x: unknown) { return 1; }, { container })(value); return lastEntry(auditor)?.args_digest; };
    class Lie { constructor(readonly path: string) {} toJSON(): string { return 'harmless'; } }
    expect(digestOf(new Lie('/etc/passwd'))).not.toBe(digestOf(new Lie('/tmp/x')));
  });
});

describe('tool names', () => {
  it.each<readonly [string, unknown]>([
    ['nothing', ''], ['10 MB', 'a'.repeat(10e6)], ['NUL', '\u0000'], ['RTL override', 'rm\u202etxt'], ['a space', 'a b'], ['a lone surrogate', 'a\ud800'],
    ['a symbol', Symbol('x')], ['a number', 7], ['null', null], ['an object', { toString: () => 'rm' }],
  ])('%s: blocked, not run, one entry without the name', async (_label, tool) => {
    const { container, auditor } = lab({ denied_tools: ['rm'] });
    let ran = 0;
    const error = await caughtAsync(() => new Enforcer(undefined, { container }).run(() => { ran += 1; }, { tool: tool as string }));
    expect(isTyped(error)).toBe(true);
    expect(ran).toBe(0);
    expect(outcomes(auditor)).toEqual(['blocked']);
    expect(String(lastEntry(auditor)?.tool_name).length).toBeLessThan(160);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('%s is a name like any other', (tool) => {
    const rules = { allowed_tools: ['other'], rate_limits: { global: { max_calls: 5 }, per_tool: { other: { max_calls: 1 } } } };
    const { container, auditor } = lab(rules);
    expect(caught(() => new Enforcer(undefined, { container }).runSync(() => 1, { tool }))).toMatchObject({ code: 'TOOL_NOT_ALLOWED' });
    expect(lastEntry(auditor)).toMatchObject({ tool_name: tool.toLowerCase(), decision: 'blocked' });
  });

  it.each(['RM', ' rm ', 'ｒｍ'])('D-13: %p is the denied rm', async (tool) => {
    const { container } = lab({ denied_tools: ['rm'] });
    expect(await caughtAsync(() => new Enforcer(undefined, { container }).run(() => 1, { tool }))).toMatchObject({ code: 'TOOL_DENIED' });
  });
});
