import { describe, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import { PolicyError, PolicyValidationError, type PolicyIssue } from '../errors.js';
import { Policy } from './policy.js';
import { keysOf, type KeyInfo, type SchemaClass } from './schema/key.js';
import { PolicySchema } from './schema/policy.schema.js';

function issuesOf(yaml: string): readonly PolicyIssue[] {
  try {
    Policy.parse(yaml, { file: 'p.yaml' });
    return [];
  } catch (error) {
    if (error instanceof PolicyValidationError) return error.issues;
    throw error;
  }
}

interface Place {
  readonly schema: SchemaClass;
  readonly path: readonly (string | number)[];
}

/** Every block of the schema, with one path that leads to it. */
function* blocks(place: Place = { schema: PolicySchema, path: [] }, seen = new Set<SchemaClass>()): Generator<Place> {
  if (seen.has(place.schema)) return;
  seen.add(place.schema);
  yield place;
  for (const key of keysOf(place.schema).values()) {
    const path = [...place.path, key.name];
    if ('block' in key) yield* blocks({ schema: key.block(), path }, seen);
    if ('blocks' in key) yield* blocks({ schema: key.blocks(), path: [...path, 0] }, seen);
    if ('table' in key) yield* blocks({ schema: key.table(), path: [...path, 'entry'] }, seen);
  }
}

interface Known {
  readonly shown: string;
  readonly path: readonly (string | number)[];
  readonly key: KeyInfo;
}

const known: readonly Known[] = [...blocks()].flatMap(({ schema, path }) =>
  [...keysOf(schema).values()].map((key) => ({ shown: [...path, key.name].join('.'), path, key })),
);

/** A document that has one value at a path and nothing else. */
function documentWith(path: readonly (string | number)[], value: unknown): string {
  const inner = path.reduceRight<unknown>((below, step) => (typeof step === 'number' ? [below] : { [step]: below }), value);
  const named = path[0] === 'name' ? {} : { name: 'p' };
  return dump({ ...named, ...(inner as object) }, { lineWidth: -1 });
}

/** One letter doubled, in the middle: what fingers do. */
function misspelt(name: string): string {
  const middle = Math.ceil(name.length / 2);
  return `${name.slice(0, middle)}${name.charAt(middle - 1)}${name.slice(middle)}`;
}

/** A value that no key takes in the place of its own kind. */
function wrongValue(key: KeyInfo): unknown {
  if ('value' in key || 'some' in key) return { odd: { odd: 1 } };
  if ('list' in key) return { odd: 1 };
  return 'odd';
}

describe('keys of a policy', () => {
  it('are many, and all of them are tried here', () => {
    expect(known.length).toBeGreaterThan(110);
  });

  it.each(known)('D-03: $shown misspelt is refused where it stands, with the right key', ({ path, key }) => {
    const wrong = misspelt(key.name);
    const yaml = documentWith([...path, wrong], 'x');
    const line = yaml.split('\n').findIndex((text) => text.includes(`${wrong}:`)) + 1;
    const column = (yaml.split('\n')[line - 1] ?? '').indexOf(wrong) + 1;

    const issue = issuesOf(yaml).find(({ message }) => message === 'unknown key');
    expect(issue).toEqual({ file: 'p.yaml', line, column, path: expect.stringContaining(wrong), message: 'unknown key', nearest: key.name });
  });

  it.each(known)('$shown is refused with a value of another kind, and says what is expected', ({ path, key }) => {
    const issue = issuesOf(documentWith([...path, key.name], wrongValue(key))).find(({ message }) => message.startsWith('got '));

    expect(issue).toMatchObject({ file: 'p.yaml', line: expect.any(Number), expected: expect.stringMatching(/\w/) });
    expect(issue?.line).toBeGreaterThan(0);
    expect(issue?.column).toBeGreaterThan(0);
  });

  it.each(known.filter(({ key }) => key.nullable !== true && key.folds === undefined))('$shown is refused without a value', ({ path, key }) => {
    expect(issuesOf(documentWith([...path, key.name], null)).map(({ message }) => message)).toContain('got nothing');
  });

  it.each(known.filter(({ key }) => key.nullable === true))('$shown takes null for "none"', ({ path, key }) => {
    expect(issuesOf(documentWith([...path, key.name], null)).filter(({ message }) => message.startsWith('got'))).toEqual([]);
  });

  it.each(known)('$shown given twice is refused', ({ path, key }) => {
    const yaml = documentWith([...path, key.name], 'x');
    const lines = yaml.trimEnd().split('\n');
    const last = lines.findLast((line) => line.includes(`${key.name}:`)) ?? '';
    const twice = [...lines, last.replace('- ', '  ')].join('\n');

    expect(issuesOf(twice).some(({ message }) => message.includes('is given twice') || message.includes('says again'))).toBe(true);
  });

  it.each(known.filter(({ key }) => key.aliases !== undefined))('$shown and its alias together are refused (D-12)', ({ path, key }) => {
    const [alias = ''] = key.aliases ?? [];
    const value = 'block' in key ? {} : ['x'];
    const inner = path.reduceRight<unknown>((below, step) => ({ [step]: below }), { [key.name]: value, [alias]: value });
    const yaml = dump({ name: 'p', ...(inner as object) });

    expect(issuesOf(yaml)).toContainEqual(expect.objectContaining({ message: expect.stringContaining('says again what'), expected: 'one of the two' }));
  });
});

describe('a policy that is wrong', () => {
  it('lists all that is wrong at once, in the order of the file', () => {
    const issues = issuesOf('name: p\non_violaton: block\nrules:\n  denied_tools: a\n  network: {allowed_domains: ["http://x"]}\n  tools: {t: {args: {"a..b": {}, b: {min: "3"}}}}\nmode: watch\n');

    expect([...new Set(issues.map(({ line }) => line))]).toEqual([2, 4, 5, 6, 7]);
    expect(issues.every(({ column }) => column > 0)).toBe(true);
  });

  it('says which keys there are where none is near', () => {
    expect(issuesOf('name: p\nzebra: 1')).toEqual([expect.objectContaining({ message: 'unknown key', expected: expect.stringContaining('name, version, description, extends') })]);
  });

  it('says where a key belongs that stands in the wrong map', () => {
    expect(issuesOf('name: p\nrules: {on_violation: log}')).toEqual([expect.objectContaining({ message: 'this key belongs at the top level' })]);
    expect(issuesOf('name: p\nrules: {network: {denied_tools: [a]}}')).toEqual([expect.objectContaining({ message: 'this key belongs under rules, as rules.denied_tools' })]);
  });

  it('is refused where two spellings of one key say something, at the top level and under rules', () => {
    expect(issuesOf('name: p\ndenied_tools: [a]\nrules: {denied_tools: [b]}')).toEqual([expect.objectContaining({ message: expect.stringContaining('says again what') })]);
    expect(issuesOf('name: p\nrules: {denied_tools: [b]}\ndenied_tools: [a]')).toEqual([expect.objectContaining({ message: expect.stringContaining('says again what') })]);
    expect(issuesOf('name: p\nrules: {denied_tools: [b]}\ntools: {denied: [a]}')).toEqual([expect.objectContaining({ message: expect.stringContaining('says again what') })]);
    expect(issuesOf('name: p\nrules: {redact_output: true, post_call: {redact_output: false}}')).toEqual([expect.objectContaining({ message: expect.stringContaining('says again what') })]);
    expect(issuesOf('name: p\nrules: {tools: {Send: {when: tool != ""}, send: {when: tool != ""}}}').some(({ message }) => message.includes('says again what'))).toBe(true);
  });

  it.each([
    ['rules: []', 'rules', 'got a list'],
    ['rules:', 'rules', 'got nothing'],
    ['rules: {pii_redaction: true}', 'rules.pii_redaction', 'got true'],
    ['rules: {denied_tools: shell}', 'rules.denied_tools', 'got the text "shell"'],
    ['rules: {denied_tools: [[a]]}', 'rules.denied_tools[0]', 'got a list'],
    ['rules: {denied_tools: [1.5]}', 'rules.denied_tools[0]', 'got the number 1.5'],
    ['rules: {rate_limits: {per_tool: [a]}}', 'rules.rate_limits.per_tool', 'got a list'],
    ['rules: {rate_limits: {per_tool: {a: 3}}}', 'rules.rate_limits.per_tool.a', 'got the number 3'],
    ['rules: {rate_limits: {per_tool: {"a b": {}}}}', 'rules.rate_limits.per_tool["a b"]', '"a b" is no tool name: expected letters, digits and _ . - : < >, got U+0020'],
    ['rules: {redact_output: "no"}', 'rules.redact_output', 'got the text "no"'],
    ['rules: {redact_output: yes}', 'rules.redact_output', 'got the text "yes"'],
    ['on_violation: [block]', 'on_violation', 'got a list'],
    ['on_violation: true', 'on_violation', 'got true'],
    ['version: ""', 'version', 'got empty text'],
    ['version: .nan', 'version', 'got the number NaN'],
    ['rules: {content_rules: {block_patterns: [1]}}', 'rules.content_rules.block_patterns[0]', 'got the number 1'],
    ['rules: {context: {environment: {}}}', 'rules.context.environment', 'got a map'],
    ['rules: {sensitivity_labels: {fields: {a: secret}}}', 'rules.sensitivity_labels.fields.a', 'got the text "secret"'],
    ['rules: {sensitivity_labels: {fields: {"a b": public}}}', 'rules.sensitivity_labels.fields["a b"]', expect.stringContaining('is no path of an argument')],
  ])('says what it got instead: %j', (yaml, path, message) => {
    expect(issuesOf(`name: p\n${yaml}`)[0]).toMatchObject({ path, message, line: 2 });
  });

  it('does not call a name missing that has the wrong type', () => {
    expect(issuesOf('name: [p]')).toEqual([expect.objectContaining({ path: 'name', message: 'got a list' })]);
  });

  it('that is no map at all is refused', () => {
    for (const yaml of ['', '[]', 'text', '- name: p', '~']) expect(() => Policy.parse(yaml)).toThrow(PolicyError);
  });
});

describe('shapes that older documents use', () => {
  it('take one value for a list of it', () => {
    expect(Policy.parse('name: p\nrules: {context: {environment: staging}, tools: {t: {args: {a: {type: string}}}}}').toJSON()).toMatchObject({
      rules: { context: { environment: ['staging'] }, tools: { t: { args: { a: { type: ['string'] } } } } },
    });
  });

  it('keep a version as it is written', () => {
    expect(Policy.parse('name: p\nversion: 1.10').version).toBe('1.10');
    expect(Policy.from({ name: 'p', version: 2 }).version).toBe('2');
  });

  it('join rules at the top level with those under rules, in either order', () => {
    const together = { denied_tools: ['a'], redact_output: false };

    expect(Policy.parse('name: p\ndenied_tools: [a]\nrules: {redact_output: false}').toJSON()).toMatchObject({ rules: together });
    expect(Policy.parse('name: p\nrules: {redact_output: false}\ndenied_tools: [a]').toJSON()).toMatchObject({ rules: together });
    expect(Policy.parse('name: p\npost_call: {redact_output: false}\ntools: {denied: [a]}').toJSON()).toMatchObject({ rules: together });
  });
});
