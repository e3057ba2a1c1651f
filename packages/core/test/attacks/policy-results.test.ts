import { describe, expect, it } from '@jest/globals';
import { Clock, enforce, Enforcer, withResults, type EnforcementResult } from '../../src/index.js';
import { FakeClock } from '../../src/testing/index.js';
import { errorOf, houseWith, type TestHouse } from '../kit.js';

const secret = 'blue-harvest';

function rule(action: string, more: object = {}): object {
  return { content_rules: { block_patterns: [{ name: 'project', pattern: secret, action, ...more }] } };
}

interface Told {
  readonly got: unknown;
  readonly error: unknown;
  readonly result: EnforcementResult | undefined;
}

async function given(house: TestHouse, gives: () => unknown, tool = 't'): Promise<Told> {
  let got: unknown;
  let error: unknown;
  const { results } = await withResults(async () => {
    try {
      got = await new Enforcer(undefined, { container: house.container }).run(async () => gives(), { tool, args: [{}] });
    } catch (thrown) {
      error = thrown;
    }
  });
  return { got, error, result: results[0] };
}

class Row {
  constructor(readonly text: string) {}
}

const kinds: readonly (readonly [string, () => unknown, unknown])[] = [
  ['text', () => `the ${secret} papers`, 'the <PROJECT> papers'],
  ['an object', () => ({ a: { b: [secret] } }), { a: { b: ['<PROJECT>'] } }],
  ['a name of a member', () => ({ [secret]: 1 }), { '<PROJECT>': 1 }],
  ['a map', () => new Map([['a', secret]]), new Map([['a', '<PROJECT>']])],
  ['a set', () => new Set([secret]), new Set(['<PROJECT>'])],
  ['an instance', () => new Row(secret), new Row('<PROJECT>')],
  ['bytes', () => Buffer.from(`the ${secret} papers`), Buffer.from('the <PROJECT> papers')],
  ['an address', () => new URL(`https://x.example/?q=${secret}`), new URL('https://x.example/?q=%3CPROJECT%3E')],
];

describe('content rules on results', () => {
  it.each(kinds)('block %s: it is withheld, and says where it is not', async (_kind, gives) => {
    const { got, error, result } = await given(houseWith(rule('block')), gives);

    expect(got).toBeUndefined();
    expect(error).toMatchObject({ code: 'CONTENT_VIOLATION', violationType: 'content_violation', reason: expect.stringContaining('in the result') });
    expect(JSON.stringify([result, String(error)])).not.toContain(secret);
  });

  it.each(kinds)('redact %s', async (_kind, gives, expected) => {
    const { got, result } = await given(houseWith(rule('redact')), gives);

    expect(got).toEqual(expected);
    expect(result).toMatchObject({ decision: 'redacted', redactionsOutput: 1, violations: [{ action: 'redact', type: 'content_violation' }] });
  });

  it.each(kinds)('log %s: it passes unchanged, and is listed', async (_kind, gives) => {
    const house = houseWith(rule('log'));
    const { got, result } = await given(house, gives);

    expect(got).toEqual(gives());
    expect(result).toMatchObject({ decision: 'allowed', violations: [{ action: 'log' }] });
    expect(house.auditor.calls[0]?.violations).toEqual([expect.objectContaining({ action: 'log' })]);
  });

  it.each<[string, () => unknown]>([
    ['a proxy', () => new Proxy({ a: 1 }, {})],
    ['a member that is a proxy', () => ({ a: new Proxy({}, {}) })],
    ['a promise in a list', () => [Promise.resolve(secret)]],
    ['a getter that throws', () => ({ get a(): string { throw new Error(secret); } })],
    ['a generator in an object', () => ({ g: (function* (): Generator { yield secret; })() })],
    ['a function', () => () => secret],
  ])('withhold %s, which nobody can read', async (_kind, gives) => {
    const { got, error } = await given(houseWith(rule('redact')), gives);

    expect(got).toBeUndefined();
    expect(error).toMatchObject({ code: expect.any(String) });
    expect(String(error)).not.toContain(secret);
  });

  it('find a cycle neither endless nor unreadable', async () => {
    const cyclic: Record<string, unknown> = { text: secret };
    cyclic['self'] = cyclic;
    const { got, error } = await given(houseWith(rule('redact')), () => cyclic);

    if (error === undefined) expect((got as { text: string }).text).toBe('<PROJECT>');
    else expect(error).toMatchObject({ code: expect.any(String) });
  });

  it.each<[string, () => never]>([
    ['an error', () => { throw new Error(`no ${secret} here`); }],
    ['an error with a cause', () => { throw new Error('no', { cause: new Error(secret) }); }],
    ['an error with fields', () => { throw Object.assign(new Error('no'), { detail: { q: secret } }); }],
    ['text', () => { throw secret; }],
    ['an object', () => { throw { a: secret }; }],
  ])('hold for a thrown %s as well', async (_kind, throws) => {
    const blocked = await given(houseWith(rule('block')), throws);
    expect(blocked.error).toMatchObject({ violationType: 'content_violation' });

    const hidden = await given(houseWith(rule('redact')), throws);
    expect(hidden.error).toBeDefined();
    expect(textsOf(hidden.error)).not.toContain(secret);
  });

  it.each<[string, () => never, string]>([
    ['an error that holds a function', () => { throw Object.assign(new TypeError(`bad ${secret}`), { retry: () => secret }); }, 'bad <PROJECT>'],
    ['a proxy', () => { throw new Proxy(new Error('no'), { get: () => { throw new Error(secret); } }); }, 'Error'],
  ])('of %s, which nobody can read whole, only the name and the cleaned message are left', async (_kind, throws, message) => {
    const { error } = await given(houseWith(rule('redact')), throws);

    expect(error).toMatchObject({ name: expect.stringMatching(/^(?:Type)?Error$/), message });
    expect(textsOf(error)).not.toContain(secret);
    expect((await given(houseWith(rule('block')), throws)).error).toBeDefined();
  });

  it('monitor notes a call that took too long, and lets it be', async () => {
    const clock = new FakeClock();
    const house = houseWith({ resource_limits: { max_call_duration_seconds: 1 } }, {}, { mode: 'monitor' });
    house.container.rebind(Clock).toConstantValue(clock);
    const { result, got } = await given(house, () => { clock.advance(1_500); return 'late'; });

    expect(got).toBe('late');
    expect(result?.violations).toEqual([expect.objectContaining({ type: 'resource_limit', action: 'would_block' })]);
  });

  it('a rule of a tool that blocks is not silenced by a general one of the same name that logs', async () => {
    const house = houseWith({ ...rule('log'), tools: { t: rule('block') } });

    expect((await given(house, () => secret)).error).toMatchObject({ violationType: 'content_violation' });
    expect((await given(house, () => secret, 'other')).got).toBe(secret);
  });

  it('applies_to: arguments leaves results alone', async () => {
    expect((await given(houseWith(rule('block', { applies_to: 'arguments' })), () => secret)).got).toBe(secret);
  });

  it('monitor lets everything through, and says what it would have done', async () => {
    const house = houseWith({ ...rule('block'), max_output_size_bytes: 3 }, {}, { mode: 'monitor' });

    const { got, result } = await given(house, () => secret);
    expect(got).toBe(secret);
    expect(result?.violations.map(({ action }) => action)).toEqual(['would_block', 'would_block']);
    const proxy = new Proxy({ a: 1 }, {});
    expect((await given(house, () => ({ proxy }))).error).toBeUndefined();
  });
});

function textsOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { message, stack, cause, ...rest } = error as Partial<Error>;
  return [message, stack, cause === undefined ? '' : textsOf(cause), JSON.stringify(rest)].join('\n');
}

describe('content rules on streams', () => {
  async function read(house: TestHouse, chunks: readonly unknown[]): Promise<unknown[]> {
    async function* source(): AsyncGenerator {
      for (const chunk of chunks) yield chunk;
    }
    const got: unknown[] = [];
    for await (const chunk of enforce(source, { tool: 's', container: house.container })()) got.push(chunk);
    return got;
  }

  it('hold for chunks of an asynchronous generator, text, bytes and objects', async () => {
    expect((await read(houseWith(rule('redact')), ['blue-', 'harv', 'est'])).join('')).toBe('<PROJECT>');
    expect(Buffer.concat(await read(houseWith(rule('redact')), [Buffer.from('blue-'), Buffer.from('harvest')]) as Buffer[]).toString()).toBe('<PROJECT>');
    expect(await read(houseWith(rule('redact')), [{ a: secret }, { a: 1 }])).toEqual([{ a: '<PROJECT>' }, { a: 1 }]);
    expect(await errorOf(() => read(houseWith(rule('block')), ['x', { a: secret }]))).toMatchObject({ violationType: 'content_violation' });
  });

  it('hold for items of a generator', () => {
    const run = (action: string): unknown[] => [...enforce(function* items(): Generator { yield { a: secret }; yield 1; }, { container: houseWith(rule(action)).container })()];

    expect(run('redact')).toEqual([{ a: '<PROJECT>' }, 1]);
    expect(run('log')).toEqual([{ a: secret }, 1]);
    expect(() => run('block')).toThrow(/result/);
  });

  it('hold for a ReadableStream', async () => {
    const { container } = houseWith(rule('redact'));
    const tool = enforce(() => ReadableStream.from(['x blue-', 'harvest y']), { tool: 's', container });
    let text = '';
    for await (const chunk of tool()) text += chunk;

    expect(text).toBe('x <PROJECT> y');
  });

  it('let nothing of two overlapping parts out where the window is cut', async () => {
    // The window is cut 1,024 characters before its end, at 2,048: inside the second part, which the first overlaps.
    const house = houseWith({ content_rules: { block_patterns: [{ name: 'b', pattern: 'S{400}ABC', action: 'redact' }, { name: 'a', pattern: 'BCD+', action: 'redact' }] } });
    const lead = 'x'.repeat(615);
    const text = `${lead}${'S'.repeat(400)}ABC${'D'.repeat(30)}`;
    const out = (await read(house, [text.padEnd(2_048, 'y')])).join('');

    expect(out).not.toContain('SS');
    expect(out).toMatch(/^x{615}<B>y+$/);
  });

  it('count what they hide once, though windows overlap', async () => {
    const house = houseWith(rule('redact'));
    await read(house, [`${'x'.repeat(1_500)}${secret}${'x'.repeat(600)}`, 'y'.repeat(1_200), 'z'.repeat(1_200)]);

    expect(house.auditor.calls[0]).toMatchObject({ output_redactions: 1 });
  });

  it('that hide without end cost no more than linear work', async () => {
    const house = houseWith({ content_rules: { block_patterns: [{ name: 'all', when: 'text.contains("a")', action: 'redact' }] } });
    const before = performance.now();
    const out = (await read(house, Array.from({ length: 4_000 }, () => 'a'.repeat(512)))).join('');

    expect(out).not.toContain('a');
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe('size of results', () => {
  const sized = (size: number, tool?: number): TestHouse => houseWith({ max_output_size_bytes: size, ...(tool === undefined ? {} : { tools: { t: { max_output_size_bytes: tool } } }) });

  it('the tighter of the two limits counts', async () => {
    expect((await given(sized(100, 5), () => '123456')).error).toMatchObject({ code: 'OUTPUT_SIZE' });
    expect((await given(sized(100, 5), () => '123456', 'other')).got).toBe('123456');
  });

  it.each<[string, () => unknown]>([
    ['a buffer', () => new ArrayBuffer(1_000)],
    ['a view', () => new DataView(new ArrayBuffer(1_000))],
    ['a typed list', () => new Float64Array(200)],
    ['a map', () => new Map([['a', 'x'.repeat(1_000)]])],
    ['a set', () => new Set(['x'.repeat(1_000)])],
    ['a list', () => ['x'.repeat(1_000)]],
    ['text of four bytes a letter', () => '😀'.repeat(30)],
    ['a cycle, whose size nobody can tell', () => { const loop: unknown[] = []; loop.push(loop); return loop; }],
    ['what says of itself that it is short', () => ({ big: 'x'.repeat(1_000), toJSON: () => 1 })],
  ])('%s over the limit is withheld', async (_kind, gives) => {
    expect((await given(sized(100), gives)).error).toMatchObject({ code: 'OUTPUT_SIZE' });
  });

  it('is that of the cleaned result', async () => {
    const house = houseWith({ max_output_size_bytes: 20, content_rules: { block_patterns: [{ name: 'p', pattern: 'x{40}', action: 'redact' }] } });

    expect((await given(house, () => 'x'.repeat(40))).got).toBe('<P>');
  });
});
