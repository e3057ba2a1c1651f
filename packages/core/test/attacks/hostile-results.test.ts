import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { currentCall, enforce } from '../../src/index.js';
import { runWatched } from '../../src/guard/time/watchdog.js';
import { caught, caughtAsync, goodCall, lab, outcomes, revoked, tick, unhandledDuring } from './kit.js';

const boom = (): never => { throw new Error('trap'); };
const limited = { resource_limits: { max_call_duration_seconds: 0.1 } };

function locked(): ReadableStream {
  const stream = new ReadableStream({ start(c) { c.enqueue('x'); c.close(); } });
  stream.getReader();
  return stream;
}

describe('D-15/D-21: one entry whatever a tool returns', () => {
  it.each<readonly [string, () => unknown]>([
    ['a revoked proxy', () => revoked()],
    ['a throwing then getter', () => ({ get then() { return boom(); } })],
    ['a throwing asyncIterator getter', () => ({ get [Symbol.asyncIterator]() { return boom(); } })],
    ['an asyncIterator method that throws', () => ({ [Symbol.asyncIterator]: boom })],
    ['an asyncIterator that gives no iterator', () => ({ [Symbol.asyncIterator]: () => undefined })],
    ['a locked web stream', locked],
    ['a proxy that throws from getPrototypeOf', () => new Proxy({}, { getPrototypeOf: boom })],
    ['a throwing toJSON', () => ({ toJSON: boom })],
    ['a cyclic value', () => { const a: Record<string, unknown> = {}; a['a'] = a; return a; }],
    ['a bigint', () => 10n],
    ['a symbol', () => Symbol('x')],
    ['lone surrogates', () => ({ '\ud800': '\udfff' })],
    ['a polluted key', () => JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as unknown],
    ['a String object', () => Object('text')],
  ])('%s: one entry, plain and redacted, and the next call works', async (_name, make) => {
    for (const rules of [{}, { pii_redaction: { enabled: true }, redact_output: true, max_output_size_bytes: 1_000 }]) {
      const { container, auditor } = lab(rules);
      const sync = enforce(function sync() { return make(); }, { container });
      const later = enforce(async function later() { await tick(); return { wrapped: make() }.wrapped; }, { container });

      const unhandled = await unhandledDuring(async () => {
        caught(() => sync());
        await caughtAsync(() => later());
      });

      expect(unhandled).toEqual([]);
      expect(auditor.entries.map((entry) => entry.tool_name)).toEqual(['sync', 'later']);
      expect(goodCall(container)).toBe(42);
    }
  });

  it('D-68: a small result that shares its parts does not hold the thread', () => {
    const { container, auditor } = lab();
    let value: unknown = 'x';
    for (let i = 0; i < 40; i += 1) value = [value, value];
    const tool = enforce(function tool() { return value; }, { container });

    const error = caught(() => runWatched(1_500, () => tool()));

    expect(error).toBeUndefined();
    expect(auditor.entries).toHaveLength(1);
  });

  it('a result whose getter never returns does not hold the thread past the deadline', () => {
    const { container, auditor } = lab(limited);
    const tool = enforce(function tool() { return { get x() { for (;;); } }; }, { container });

    caught(() => runWatched(1_500, () => tool()));

    expect(auditor.entries).toHaveLength(1);
  });
});

describe('D-21: promises of every kind', () => {
  it('a thenable that calls back twice, then throws, ends once', async () => {
    const { container, auditor } = lab();
    const tool = enforce(function tool(): unknown {
      return { then(ok: (v: unknown) => void, fail: (e: unknown) => void) { ok(1); ok(2); fail(new Error('no')); throw new Error('late'); } };
    }, { container });

    expect(await tool()).toBe(1);
    expect(outcomes(auditor)).toEqual(['ok']);
  });

  it('a lazy thenable runs inside its call, so that calls made there have a parent', async () => {
    const { container, auditor } = lab();
    const inner = enforce(async function inner() { return currentCall()?.parentId; }, { container });
    const query = enforce(function query(): unknown {
      return { then(ok: (v: unknown) => void, fail: (e: unknown) => void) { inner().then(ok, fail); } };
    }, { container });

    expect(await query()).toBeDefined();
    expect(auditor.entries.map((entry) => [entry.tool_name, entry.depth])).toEqual([['inner', 2], ['query', 1]]);
  });

  it('a thenable that never calls back runs out of time', async () => {
    const { container, auditor } = lab(limited);
    const tool = enforce(function tool(): unknown { return { then() { /* never */ } }; }, { container });

    expect(await caughtAsync(() => tool())).toMatchObject({ code: 'TIMEOUT' });
    expect(outcomes(auditor)).toEqual(['timeout_unknown']);
  });

  it('the entry of a plain function that returns a promise is written when the promise settles', async () => {
    const { container, auditor } = lab();
    const tool = enforce(function tool(): unknown { return tick(10).then(() => 7); }, { container });

    const pending = tool();
    expect(auditor.entries).toHaveLength(0);
    expect(await pending).toBe(7);
    expect(auditor.entries).toHaveLength(1);
  });
});

describe('D-21: streams', () => {
  it('a never-ending async iterator ends at the deadline, with one entry', async () => {
    const { container, auditor } = lab(limited);
    const tool = enforce(async function* tool() { yield 1; await new Promise(() => undefined); }, { container });

    const error = await caughtAsync(async () => { for await (const _ of tool()); });

    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(outcomes(auditor)).toEqual(['timeout_unknown']);
  });

  it.each(['throws', 'hangs'])('an iterator whose return() %s cannot undo the entry or hold the consumer', async (how) => {
    const { container, auditor } = lab(limited);
    const source = { next: async () => ({ done: false, value: 1 }), return: (): unknown => (how === 'throws' ? boom() : new Promise(() => undefined)), [Symbol.asyncIterator]() { return this; } };
    const tool = enforce(function tool(): AsyncIterable<number> { return source as never; }, { container });

    const error = await caughtAsync(async () => { for await (const _ of tool()) break; });

    expect(error).toBeUndefined();
    expect(outcomes(auditor)).toEqual(['cancelled']);
  });

  it('a sync iterator whose return() loops is stopped at the deadline', () => {
    const { container, auditor } = lab(limited);
    const tool = enforce(function* tool() { try { yield 1; yield 2; } finally { for (;;); } }, { container });

    const error = caught(() => runWatched(1_500, () => { for (const _ of tool()) break; }));

    expect((error as Error | undefined)?.name).not.toBe('WatchdogTimeout');
    expect(auditor.entries).toHaveLength(1);
  });

  it('a Node stream that fails midway is a tool error', async () => {
    const { container, auditor } = lab();
    const tool = enforce(function tool() { return Readable.from((async function* () { yield 'a'; throw new Error('midway'); })()); }, { container });

    expect(await caughtAsync(async () => { for await (const _ of tool()); })).toMatchObject({ message: 'midway' });
    expect(outcomes(auditor)).toEqual(['tool_error']);
  });

  it('a stream dropped unread is closed when it is collected', async () => {
    const { container, auditor } = lab();
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const tool = enforce(async function* tool() { yield 1; }, { container });
    await (async () => { await tool().next(); })();
    for (let i = 0; i < 20 && auditor.entries.length === 0; i += 1) { gc(); await tick(5); }

    expect(outcomes(auditor)).toEqual(['cancelled']);
  });
});
