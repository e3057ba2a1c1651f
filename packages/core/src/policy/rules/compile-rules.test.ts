import { describe, expect, it } from '@jest/globals';
import { PolicyValidationError, type PolicyIssue } from '../../errors.js';
import { makeCall, type CallDescription } from '../../pipeline/make-call.js';
import { Policy } from '../policy.js';
import { YamlPolicyEngine } from '../policy-engine.js';
import { levelOf, sensitivityRank } from './sensitivity.js';

const engine = new YamlPolicyEngine();

function issuesOf(rules: string): readonly PolicyIssue[] {
  try {
    Policy.parse(`name: p\nrules: ${rules}`, { file: 'p.yaml' });
    return [];
  } catch (error) {
    if (error instanceof PolicyValidationError) return error.issues;
    throw error;
  }
}

/** What breaks the rules of a policy: paths and rules. */
function broken(rules: object, call: Omit<CallDescription, 'tool'>): unknown[] {
  const policy = Policy.from({ name: 'p', rules });
  return engine.decide(makeCall(policy, { tool: 't', ...call }), policy).violations.map(({ rule, path }) => [rule.replace('rules.tools.t.args.', ''), path]);
}

const arg = (rule: object): object => ({ tools: { t: { args: { a: rule } } } });
const breaks = (rule: object, a: unknown): boolean => broken(arg(rule), { args: [{ a }] }).length > 0;

describe('rules that are mistakes', () => {
  it.each([
    ['{tools: {t: {args: {a: {min: 3, max: 2}}}}}', 'min is greater than max'],
    ['{tools: {t: {args: {a: {min_length: 3, max_length: 2}}}}}', 'min_length is greater than max_length'],
    ['{tools: {t: {args: {a: {allowed: []}}}}}', 'an empty list allows no value'],
    ['{tools: {t: {args: {a: {allowed: [x], denied: [x, y]}}}}}', 'every allowed value is denied too'],
    ['{tools: {t: {args: {a: {sql: {}}}}}}', 'nothing reads this without sink: sql'],
    ['{tools: {t: {args: {a: {sink: url, html: {}}}}}}', 'nothing reads this without sink: html'],
    ['{tools: {t: {args: {a: {}}}}}', 'the rule says nothing about the argument'],
    ['{tools: {t: {args: {a: {action: log}}}}}', 'the rule says nothing about the argument'],
    ['{tools: {t: {args: {a: {sink: code}}}}}', 'code needs a language'],
    ['{tools: {t: {args: {a: {sink: path}}}}}', 'a path needs a folder'],
    ['{tools: {t: {args: {a: {pattern: "a(?=b)"}}}}}', 'lookahead'],
    ['{tools: {t: {args: {a: {pattern: "("}}}}}', ''],
    ['{tools: {t: {args: {a: {when: "valu > 3"}}}}}', 'valu'],
    ['{tools: {t: {when: "true"}}}', 'always true'],
    ['{conditions: [{name: x}]}', 'the condition says nothing'],
    ['{conditions: [{when: "tool == \'x\'", tools: []}]}', 'the condition is for no tool'],
    ['{context: {environment: []}}', 'an empty list lets no call happen'],
    ['{content_rules: {block_patterns: [{name: x}]}}', 'the rule looks for nothing'],
    ['{content_rules: {block_patterns: [{description: x}]}}', 'the rule looks for nothing'],
    ['{content_rules: {block_patterns: [{name: x, pattern: a, when: "text == \'x\'"}]}}', 'a pattern or a condition, not both'],
    ['{content_rules: {block_patterns: [{name: x, pattern: "(a"}]}}', ''],
    ['{content_rules: {block_patterns: [{name: x, when: "txt == 1"}]}}', 'txt'],
    ['{denied_tools: [t], tools: {t: {args: {a: {max: 1}}}}}', 'no rule here can apply'],
    ['{allowed_tools: [u], tools: {t: {args: {a: {max: 1}}}}}', 'no rule here can apply'],
    ['{max_output_size_bytes: 5, tools: {t: {max_output_size_bytes: 6}}}', 'is tighter, so this limit never applies'],
    ['{resource_limits: {max_call_duration_seconds: 1}, tools: {t: {resource_limits: {max_call_duration_seconds: 2}}}}', 'is tighter, so this limit never applies'],
  ])('%s', (rules, message) => {
    expect(issuesOf(rules)).toEqual([expect.objectContaining({ file: 'p.yaml', line: 2, message: expect.stringContaining(message) })]);
  });

  it('names the nearest built-in rule', () => {
    expect(issuesOf('{content_rules: {block_patterns: [sql_injektion]}}')[0]).toMatchObject({ nearest: 'sql_injection' });
  });
});

describe('what an argument may be', () => {
  it.each<[object, readonly unknown[], readonly unknown[]]>([
    [{ type: 'string' }, ['', 'x'], [1, null, [], {}]],
    [{ type: 'number' }, [1, 1.5, -0, Number.NaN, Infinity], ['1', true]],
    [{ type: 'integer' }, [1, -0, 2 ** 60, 5n], [1.5, Number.NaN, Infinity]],
    [{ type: 'boolean' }, [true], ['true', 0]],
    [{ type: 'array' }, [[], new Set()], [{}, 'x', new Map()]],
    [{ type: 'object' }, [{}, new Map()], [[], null]],
    [{ type: 'null' }, [null], [0, '', {}]],
    [{ type: ['string', 'null'] }, ['x', null], [1]],
    [{ allowed: [1, 'x', null, true] }, [1, 1n, 'x', null, true], ['1', 2n, 2n ** 64n, 'X', false]],
    [{ enum: [0] }, [0, -0, 0n], ['', false, null]],
    [{ denied: [1, 'x'] }, ['1', 2, 'X'], [1, 1n, 'x']],
    [{ min: 1, max: 2 }, [1, 2, 1.5, 2n], [0, 3, Number.NaN, Infinity, '1', null, [1]]],
    [{ min_length: 1, max_length: 2 }, ['a', [1], { a: 1 }, new Map([[1, 1]]), new Set([1]), new Uint8Array(2)], ['', 'abc', [], {}, 7, null, new Uint8Array(3)]],
    [{ pattern: 'a+' }, ['a', 'aaa'], ['', 'ab', 'ba', 'a\n', 'A', 7, ['a']]],
    [{ when: 'value > 1' }, [2, 2n], [1, 'x', null]],
    [{ unless: 'value == "x"' }, ['y'], ['x']],
    [{ required: true }, [0, '', null, false], [undefined]],
    [{ required: false }, [undefined], []],
  ])('%j', (rule, good, bad) => {
    expect(good.filter((value) => breaks(rule, value))).toEqual([]);
    expect(bad.filter((value) => !breaks(rule, value))).toEqual([]);
  });

  it.each<[string, object, unknown, readonly unknown[]]>([
    ['every item', { 'a[*]': { required: true, max: 3 } }, { a: [1, 4, 'x'] }, [['["a[*]"].max', 'a[1]'], ['["a[*]"].max', 'a[2]']]],
    ['no item at all, where one is required', { 'a[*]': { required: true } }, { a: [] }, [['["a[*]"].required', 'a[*]']]],
    ['nothing below text', { 'a.b': { max: 3 } }, { a: 'x' }, []],
    ['missing below null', { 'a.b': { required: true } }, { a: null }, [['["a.b"].required', 'a.b']]],
    ['every argument', { '*': { max: 3 } }, { x: 1, y: 4 }, [['["*"].max', 'y']]],
    ['__proto__', { __proto__x: { max: 3 }, ['__proto__']: { max: 3 } }, JSON.parse('{"__proto__": 9}'), [['__proto__.max', '__proto__']]],
    ['lists in lists', { 'a[*][0]': { max: 3 } }, { a: [[4, 9], [1]] }, [['["a[*][0]"].max', 'a[0][0]']]],
  ])('rules hold for %s', (_what, args, given, expected) => {
    expect(broken({ tools: { t: { args } } }, { args: [given] }).map((one) => (one as readonly unknown[]).map((text) => String(text).replace('rules.tools.t.args', '')))).toEqual(expected);
  });

  it('a list of arguments that rules may name is all that a call may have', () => {
    const rules = { tools: { t: { args: { a: { type: 'number' }, 'b.c': { type: 'number' } }, extra_args: 'deny' }, '*': { args: { d: { type: 'number' } } } } };

    expect(broken(rules, { args: [{ a: 1, b: { c: 1, x: 1 }, d: 1 }] })).toEqual([]);
    expect(broken(rules, { args: [{ a: 1, e: 1 }] })).toEqual([['rules.tools.t.extra_args', undefined]]);
    expect(broken({ tools: { t: { args: { '*': { type: 'number' } }, extra_args: 'deny' } } }, { args: [{ a: 1 }] })).toEqual([['rules.tools.t.extra_args', undefined]]);
    expect(broken(rules, { args: [1, 2], params: ['a'] })).toEqual([['rules.tools.t.extra_args', undefined]]);
  });
});

describe('where calls may happen', () => {
  it.each<[string, Omit<CallDescription, 'tool'>, Omit<CallDescription, 'tool'>]>([
    ['tenant', { tenant: 'x' }, { tenant: 'y' }],
    ['agent', { agent: 'x' }, {}],
    ['session', { session: 'x' }, { session: 'y' }],
    ['team', { labels: { team: 'x' } }, { labels: { other: 'x' } }],
    ['toString', { labels: { toString: 'x' } }, {}],
  ])('by %s', (name, good, bad) => {
    const rules = { context: { [name]: ['x', 'z'] } };

    expect(broken(rules, good)).toEqual([]);
    expect(broken(rules, bad)).toEqual([[`rules.context.${name}`, undefined]]);
  });
});

describe('levels of sensitivity', () => {
  it('have an order and other words', () => {
    expect(['public', 'low', 'Internal', ' medium ', 'confidential', 'high', 'restricted', 'critical'].map(sensitivityRank)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect([0, 1, 2, 3, 4].map(levelOf)).toEqual(['public', 'internal', 'confidential', 'restricted', 'restricted']);
    expect(() => sensitivityRank('secret')).toThrow(RangeError);
  });

  it('take the lower of the clearances that a tool meets, and the higher of the labels that an argument has', () => {
    const rules = { sensitivity_labels: { fallback: 'block', fields: { a: 'internal' }, clearances: { t: 'restricted', 't*': 'internal' } }, tools: { t: { args: { a: { sensitivity: 'confidential' } } } } };

    expect(broken(rules, { args: [{ a: 1 }] })).toEqual([['rules.sensitivity_labels', 'a']]);
    expect(broken({ ...rules, tools: {} }, { args: [{ a: 1 }] })).toEqual([]);
    expect(broken({ ...rules, tools: {} }, { args: [{ a: 1 }], sensitivity: [{ path: 'a', level: 'restricted' }] })).toEqual([['rules.sensitivity_labels', 'a']]);
    expect(broken({ ...rules, tools: {} }, { args: [{ a: null }], sensitivity: [{ path: 'a', level: 'restricted' }] })).toEqual([]);
  });
});

describe('whoever looks at a policy as a whole', () => {
  it('is told what the blocks of tools are, and where values were written', () => {
    const policy = Policy.parse('name: p\nrules:\n  tools:\n    t: {when: tool != "x"}\n', { file: 'p.yaml' });

    expect(policy.rules.blocks.map(({ pattern }) => pattern)).toEqual(['t']);
    expect(policy.placeOf(['rules', 'tools', 't', 'when'])).toMatchObject({ file: 'p.yaml', line: 4 });
    expect(policy.placeOf(['rules', 'tools', 't', 'unless'])).toMatchObject({ file: 'p.yaml', line: 4 });
    expect(policy.ways).toEqual([]);
  });
});
