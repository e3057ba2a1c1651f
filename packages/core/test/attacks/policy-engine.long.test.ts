import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { EnforceCoreError, makeCall, Policy, YamlPolicyEngine, type Call, type DecisionState, type Verdict } from '../../src/index.js';
import { keysOf, type KeyInfo, type SchemaClass } from '../../src/policy/schema/key.js';
import { PolicySchema } from '../../src/policy/schema/policy.schema.js';
import { hideFields } from '../../src/policy/rules/hide-fields.js';
import { ReceivedCall } from '../../src/pipeline/received-call.js';

// The bounds here are against hanging: a busy machine may stretch a clock once, not three times.
jest.retryTimes(2);

const engine = new YamlPolicyEngine();
const state: DecisionState = { nowMs: Date.UTC(2026, 0, 5, 12), environment: 'staging', env: { REGION: 'eu' }, session: { id: undefined } };

/** A call with arguments as they are: an engine must take whatever it is given. */
function rawCall(args: readonly unknown[], more: Partial<Call> = {}): Call {
  return new ReceivedCall({
    id: 'c', tool: 't', args, params: undefined, opaque: undefined, policyName: 'p', policyDigest: 'd', parentId: undefined, depth: 1,
    tenant: undefined, agent: undefined, session: undefined, labels: {}, sensitivity: [], abort: undefined, ...more,
  });
}

// Values by what a check expects: right ones mostly, so that most policies load.
const values: Readonly<Record<string, readonly unknown[]>> = {
  'true or false': [true, true, false],
  'a number': [0, 1, 10],
  'a word': ['select', 'a', 'ls', 'https'],
  'a port from 1 to 65535': [443, 8080],
  'a number from 0 to 1': [0.5],
  'the path of a file': ['/tmp'],
  'a tool name, with * for any run of characters': ['t', 't*', '*', 'send_mail', 'other'],
  'a host such as api.example.com, or *.example.com': ['good.com', '*.good.com', 'evil.com', '*'],
  'text, a number, true, false or null': ['a', 1, true, null],
  'tool, agent, tenant, session, or an argument such as args.account': ['tool', 'tenant', 'args.a', 'args["__proto__"]'],
  'an address or a block such as 10.1.0.0/16 or ::1': ['10.1.0.0/16', '::1'],
  'a number above 0, up to 1': [0.5],
};

function valueFor(expected: string, name: string): fc.Arbitrary<unknown> {
  const words = /^one of (.+)$/.exec(expected)?.[1]?.split(', ');
  if (words !== undefined) return fc.constantFrom(...words);
  if (name === 'pattern') return fc.constantFrom('a+', '[a-z]{1,9}', 'blue-?harvest');
  if (name === 'when' || name === 'unless') return fc.constantFrom('size(tool) > 3', 'has(args.a)', 'args.a == "x"', 'tenant == "acme"');
  const known = values[expected];
  if (known !== undefined) return fc.constantFrom(...known);
  return expected.includes('number') ? fc.integer({ min: 1, max: 9 }) : fc.constantFrom('some text', 'a');
}

function arbitraryOf(key: KeyInfo, depth: number): fc.Arbitrary<unknown> {
  if ('value' in key) return valueFor(key.value.expected, key.name);
  if ('list' in key) return fc.array(valueFor(key.list.expected, key.name), { minLength: 1, maxLength: 3 });
  if ('some' in key) return valueFor(key.some.expected, key.name);
  if ('block' in key) return blockOf(key.block(), depth + 1);
  if ('blocks' in key) return fc.uniqueArray(blockOf(key.blocks(), depth + 1), { maxLength: 2, selector: (one) => one['name'] });
  const names = key.of === 'tools' ? fc.constantFrom('t', 't*', '*') : fc.constantFrom('a', 'a.b', 'a[*]', '*', 'list[0]', '__proto__');
  if ('table' in key) return fc.dictionary(names, blockOf(key.table(), depth + 1), { maxKeys: 2 });
  if ('values' in key) return fc.dictionary(names, valueFor(key.values.expected, key.name), { maxKeys: 2 });
  return fc.dictionary(fc.constantFrom('environment', 'tenant'), fc.constantFrom('staging', 'acme'), { maxKeys: 1 });
}

const leftOut = new Set(['extends', 'locked', 'sandbox', 'sink', 'sql', 'shell', 'path', 'url', 'html', 'code', 'post_call']);

function blockOf(schema: SchemaClass, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const key of keysOf(schema).values()) {
    if (leftOut.has(key.name) || (depth === 0 && (key.name === 'tools' || key.name === 'name'))) continue;
    const value = arbitraryOf(key, depth);
    members[key.name] = key.required === true ? value : fc.option(value, { nil: undefined, freq: depth === 0 ? 9 : 2 });
  }
  return fc.record(members).map((block) => Object.fromEntries(Object.entries(block).filter(([, value]) => value !== undefined)));
}

const documents = blockOf(PolicySchema);

function load(document: object): Policy | undefined {
  try {
    return Policy.from({ ...document, name: 'p' });
  } catch (error) {
    if (EnforceCoreError.is(error)) return undefined;
    throw error;
  }
}

const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, 1, -0, Number.NaN, Infinity, 10n, 'x', 'blue-harvest', "' OR 1=1 --", 'https://evil.com', 'rm -rf /', '\ufeff', 'ｘ'),
  fc.string({ unit: 'binary' }),
);
const nameOfMember = fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString', 'then', 'length', ''), fc.string({ unit: 'binary' }));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(nameOfMember, tie('tree')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
    fc.array(fc.tuple(tie('tree'), tie('tree')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(tie('tree'), { maxLength: 3 }).map((items) => new Set(items)),
    fc.constantFrom<unknown>(new Date(0), new Date(Number.NaN), /x/, new Uint8Array([1]), new URL('https://evil.com'), new Error('e')),
  ),
}));
const argumentLists = fc.array(tree, { maxLength: 3 });

function decide(policy: Policy, args: readonly unknown[], tool = 't'): Verdict {
  return engine.decide(rawCall(args, { tool }), policy, state);
}

function frozenDeep(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozenDeep));
}

describe('the engine', () => {
  it('loads most of the policies that these properties make', () => {
    const sample = fc.sample(documents, { numRuns: 150, seed: 7 });

    expect(sample.filter((document) => load(document) !== undefined).length).toBeGreaterThan(40);
  });

  it('is total and pure: any policy, any call, one answer, the same again, and frozen', () => {
    fc.assert(fc.property(documents, argumentLists, (document, args) => {
      const policy = load(document);
      if (policy === undefined) return;
      const first = decide(policy, args);

      expect(['allowed', 'blocked']).toContain(first.decision);
      expect(decide(policy, args)).toEqual(first);
      expect(Policy.from(policy.toJSON()).rulesFor('t').decide(rawCall(args), state)).toEqual(first);
      expect(first.violations.every((violation) => Object.isFrozen(violation))).toBe(true);
      expect(Object.isFrozen(first) && Object.isFrozen(first.violations)).toBe(true);
      expect(first.decision === 'blocked').toBe(first.violations.some(({ action }) => action === 'block'));
      if (first.redactions !== undefined) hideFields(args, first.redactions);
    }), { numRuns: 200 });
  }, 60_000);

  it('a denial that is added never turns blocked into allowed', () => {
    fc.assert(fc.property(documents, argumentLists, fc.constantFrom('t', 'other', 't*', 'x'), (document, args, denied) => {
      const policy = load(document);
      const rules = (document['rules'] ?? {}) as { readonly denied_tools?: readonly string[] };
      const stricter = load({ ...document, rules: { ...rules, denied_tools: [...(rules.denied_tools ?? []), denied] } });
      if (policy === undefined || stricter === undefined) return;

      if (decide(policy, args).decision === 'blocked') expect(decide(stricter, args).decision).toBe('blocked');
    }), { numRuns: 120 });
  }, 60_000);

  it('with log everywhere nothing is blocked, and every rule that fires is listed all the same', () => {
    const withAction = (value: unknown, action: string): unknown => {
      if (Array.isArray(value)) return value.map((item) => withAction(item, action));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ['action', 'on_violation', 'fallback'].includes(key) ? action : withAction(inner, action)]));
    };

    fc.assert(fc.property(documents, argumentLists, (document, args) => {
      const log = load({ ...(withAction(document, 'log') as object), on_violation: 'log' });
      const block = load({ ...(withAction(document, 'block') as object), on_violation: 'block' });
      if (log === undefined || block === undefined) return;
      const logged = decide(log, args);

      expect(logged.decision).toBe('allowed');
      expect(logged.redactions).toBeUndefined();
      expect(logged.violations.map(({ rule, path }) => [rule, path])).toEqual(decide(block, args).violations.map(({ rule, path }) => [rule, path]));
    }), { numRuns: 120 });
  }, 60_000);

  it('lists a rule of a tool list once for each name, whatever letters it is written in', () => {
    const policy = Policy.from({ name: 'p', rules: { denied_tools: ['t'] } });

    for (const tool of ['t', 'T', ' t ', 'ｔ', 't\u200b']) expect(decide(policy, [], tool).decision).toBe('blocked');
    expect(frozenDeep(decide(policy, []))).toBe(true);
  });
});

describe('hostile calls end in an answer, soon', () => {
  const policy = Policy.from({
    name: 'p',
    rules: {
      content_rules: {},
      network: { allowed_domains: ['good.com'] },
      sensitivity_labels: { default_label: 'confidential', fields: { '*.x': 'restricted', 'a[*][*]': 'restricted' } },
      tools: { t: { args: { '*': { max_length: 9, action: 'log' }, 'a[*]': { type: 'string', when: 'value != "x"', action: 'log' }, 'a.*.*': { max: 3, action: 'log' } }, extra_args: 'deny' } },
      conditions: [{ when: 'size(args) < 5', action: 'log' }],
    },
  });

  function pairs(levels: number): unknown {
    let value: unknown = 'x';
    for (let i = 0; i < levels; i += 1) value = [value, value];
    return value;
  }

  class Lazy {
    readonly x = 'y';
    get trap(): string {
      throw new Error('read');
    }
  }

  it.each<readonly [string, () => unknown]>([
    ['100,000 keys', () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${String(i)}`, i]))],
    ['100,000 items', () => ({ a: Array.from({ length: 100_000 }, (_, i) => i) })],
    ['10 MB of text', () => ({ a: 'x y.z '.repeat(1_700_000) })],
    ['10 MB of dots', () => ({ a: '.'.repeat(10e6) })],
    ['10 MB of slashes', () => ({ a: '/'.repeat(10e6) })],
    ['10 MB of quotes', () => ({ a: '\''.repeat(10e6) })],
    ['10 MB of percent signs', () => ({ a: '%2'.repeat(5e6) })],
    ['10 MB of brackets', () => ({ a: '['.repeat(10e6) })],
    ['20 nested pairs (D-68)', () => ({ b: pairs(20) })],
    ['an instance with a getter that throws', () => new Lazy()],
    ['an own accessor that throws', () => ({ a: Object.defineProperty({}, 'x', { get: () => { throw new Error('read'); }, enumerable: true }) })],
    ['names of the prototype', () => JSON.parse('{"__proto__": {"x": 1}, "constructor": {"prototype": {"x": 1}}}') as unknown],
    ['numbers at their ends', () => ({ a: [Number.NaN, -0, Infinity, -Infinity, 2 ** 53, 10n ** 400n] })],
    ['dates that are none', () => ({ a: [new Date(Number.NaN)] })],
    ['bytes', () => ({ a: new Uint8Array(10e6) })],
    ['a list of holes', () => ({ a: new Array(99_999) })],
    ['a cycle', () => { const loop: Record<string, unknown> = { x: 'y' }; loop['a'] = [loop]; return loop; }],
    ['a chain of 10,000', () => { let value: unknown = 'x'; for (let i = 0; i < 10_000; i += 1) value = { a: value }; return value; }],
  ])('%s', (_what, make) => {
    const args = [make()];
    const before = performance.now();
    let ended: unknown;
    try {
      ended = decide(policy, args).decision;
    } catch (error) {
      ended = error;
    }

    expect(performance.now() - before).toBeLessThan(20_000); // a bound against hanging, not a measurement
    if (ended instanceof Error) expect(ended).toBeInstanceOf(RangeError);
    else expect(['allowed', 'blocked']).toContain(ended);
  }, 20_000);

  it('D-68: what is shared a million times is refused before any rule looks at it', () => {
    expect(() => makeCall(policy, { tool: 't', args: [pairs(20)] })).toThrow(EnforceCoreError);
  });

  it('a list that breaks a rule at every item makes no entry without end', () => {
    const strict = Policy.from({ name: 'p', rules: { tools: { t: { args: { 'a[*]': { type: 'string', action: 'redact' } } } } } });
    const args = [{ a: Array.from({ length: 90_000 }, (_, i) => i) }];
    const { violations, redactions = [] } = decide(strict, args);

    expect(violations.length).toBeLessThanOrEqual(1_000);
    expect(redactions).toHaveLength(90_000);
  });
});
