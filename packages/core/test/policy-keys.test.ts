import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Policy } from '../src/index.js';
import { policyJsonSchema } from '../src/policy/schema/json-schema.js';
import { keysOf, type KeyInfo, type SchemaClass } from '../src/policy/schema/key.js';
import { PolicySchema } from '../src/policy/schema/policy.schema.js';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const files = ['policy-with-every-key.yaml', 'policy-with-older-keys.yaml', 'policy-with-post-call.yaml'];
const documents = files.map((file) => load(readFileSync(`${folder}${file}`, 'utf8')));

// Descriptions and the messages for old spellings are for editors.
const fits = new Ajv({ strict: false, allErrors: false }).compile(policyJsonSchema());

/** Everything that can stand alone: no parent, and folders that do not depend on where the test runs. */
function standingAlone(): unknown {
  const text = JSON.stringify(documents[0]).replace('["src","."]', JSON.stringify([folder])).replace('"policy-with-older-keys.yaml"', 'null');
  return JSON.parse(text);
}

describe('the policy with every key', () => {
  it.each(files)('loads, and is accepted by the JSON Schema: %s', (file) => {
    const policy = Policy.fromFile(`${folder}${file}`);

    expect(policy.name).not.toBe('');
    expect(fits(documents[files.indexOf(file)])).toBe(true);
  });

  it('has every key of every block, in one spelling or another', () => {
    const seen = new Map<SchemaClass, Set<string>>();
    for (const document of documents) collect(PolicySchema, document, seen);
    const missing = [...allBlocks(PolicySchema, new Set())].flatMap((schema) =>
      [...keysOf(schema).keys()].filter((name) => seen.get(schema)?.has(name) !== true).map((name) => `${schema.name}.${name}`),
    );

    expect(missing).toEqual([]);
  });

  it('has every older spelling', () => {
    const text = files.map((file) => readFileSync(`${folder}${file}`, 'utf8')).join('\n');
    const aliases = [...allBlocks(PolicySchema, new Set())].flatMap((schema) => [...keysOf(schema).values()].flatMap((key) => key.aliases ?? []));

    expect(aliases.filter((alias) => !new RegExp(`[ {]${alias}:`).test(text))).toEqual([]);
  });
});

const broken: readonly (readonly [string, object])[] = [
  ['an unknown key', { name: 'x', rulez: {} }],
  ['an unknown key of a block', { name: 'x', rules: { network: { allow: [] } } }],
  ['an unknown key of an entry', { name: 'x', rules: { tools: { send: { arguments: {} } } } }],
  ['an unknown key of an argument', { name: 'x', rules: { tools: { send: { args: { to: { regex: '.' } } } } } }],
  ['an unknown key of a sink', { name: 'x', rules: { tools: { send: { args: { to: { sink: 'url', url: { host: ['a.example'] } } } } } } }],
  ['a list that is none', { name: 'x', rules: { allowed_tools: 'send' } }],
  ['a tool that is a number', { name: 'x', rules: { denied_tools: [7] } }],
  ['a flag in words', { name: 'x', rules: { redact_output: 'yes' } }],
  ['a number in quotes', { name: 'x', rules: { max_output_size_bytes: '10' } }],
  ['a limit of nothing', { name: 'x', rules: { max_output_size_bytes: 0 } }],
  ['half a call', { name: 'x', rules: { rate_limits: { per_tool: { send: { max_calls: 1.5 } } } } }],
  ['a negative amount', { name: 'x', rules: { resource_limits: { max_cost_usd: -1 } } }],
  ['no seconds', { name: 'x', rules: { resource_limits: { max_call_duration_seconds: 0 } } }],
  ['a mode that there is not', { name: 'x', mode: 'audit' }],
  ['an action that there is not', { name: 'x', on_violation: 'warn' }],
  ['a category that there is not', { name: 'x', rules: { pii_redaction: { categories: ['e-mail'] } } }],
  ['a sink that there is not', { name: 'x', rules: { tools: { send: { args: { to: { sink: 'xml' } } } } } }],
  ['a level that there is not', { name: 'x', rules: { sensitivity_labels: { default_label: 'secret' } } }],
  ['a share above one', { name: 'x', rules: { pii_redaction: { ner_threshold: 1.5 } } }],
  ['a port that there is not', { name: 'x', rules: { tools: { send: { args: { to: { sink: 'url', url: { ports: [0] } } } } } } }],
  ['a name that is empty', { name: '' }],
  ['a map where a list belongs', { name: 'x', rules: { conditions: { when: 'true' } } }],
  ['a list where a map belongs', { name: 'x', rules: [] }],
  ['nothing where something belongs', { name: 'x', rules: { network: null } }],
];

describe('the JSON Schema of policies', () => {
  it.each(broken)('refuses what the loader refuses: %s', (_what, document) => {
    expect(fits(document)).toBe(false);
    expect(() => Policy.from(document)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }));
  });

  it('refuses nothing that the loader accepts', () => {
    const base = standingAlone();
    expect(() => Policy.from(base)).not.toThrow();
    const places = placesOf(base);
    let refused = 0;

    fc.assert(
      fc.property(fc.nat(places.length - 1), replacement, (at, change) => {
        const document = changed(base, places[at] ?? [], change);
        if (fits(document)) return;
        refused += 1;
        expect(() => Policy.from(document)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }));
      }),
      { numRuns: 260 },
    );

    expect(refused).toBeGreaterThan(200);
  });
});

describe('a content rule that is nothing', () => {
  // An empty item of the list, `-`. Make it a plain test once the loader tells it.
  it('is told as a fault of the policy', () => {
    const document = { name: 'x', rules: { content_rules: { block_patterns: [null] } } };

    expect(() => Policy.from(document)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }));
  });
});

type Change = { readonly value: unknown } | { readonly rename: string };

const replacement: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1, 0.5, 1e300, '', ' ', 'block', 'word', [], {}, [null], ['word'], [1], { enabled: false }, { word: 1 }, [[]], 'x'.repeat(300)).map((value) => ({ value })),
  fc.jsonValue({ maxDepth: 2 }).map((value) => ({ value })),
  fc.constantFrom('nmae', 'constructor', '__proto__', 'Enabled', 'rules', '').map((rename) => ({ rename })),
);

type Steps = readonly string[];

function placesOf(value: unknown, above: Steps = []): Steps[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...above, key], ...placesOf(item, [...above, key])]);
}

/** A copy with one value replaced, or one key renamed. */
function changed(value: unknown, [first, ...rest]: Steps, change: Change): unknown {
  if (first === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown, i) => (String(i) !== first ? item : rest.length > 0 ? changed(item, rest, change) : 'value' in change ? change.value : item));
  }
  // fromEntries defines own properties, so that `__proto__` is a key.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]): [string, unknown] => {
      if (key !== first) return [key, item];
      if (rest.length > 0) return [key, changed(item, rest, change)];
      return 'rename' in change ? [change.rename, item] : [key, change.value];
    }),
  );
}

function blockOf(key: KeyInfo): SchemaClass | undefined {
  if ('block' in key) return key.block();
  if ('blocks' in key) return key.blocks();
  return 'table' in key ? key.table() : undefined;
}

function allBlocks(schema: SchemaClass, known: Set<SchemaClass>): Set<SchemaClass> {
  if (known.has(schema)) return known;
  known.add(schema);
  for (const key of keysOf(schema).values()) {
    const block = blockOf(key);
    if (block !== undefined) allBlocks(block, known);
  }
  return known;
}

/** Which keys of which blocks a document has. */
function collect(schema: SchemaClass, value: unknown, seen: Map<SchemaClass, Set<string>>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const names = seen.get(schema) ?? new Set();
  seen.set(schema, names);
  for (const [written, item] of Object.entries(value)) {
    const key = [...keysOf(schema).values()].find(({ name, aliases }) => name === written || aliases?.includes(written) === true);
    if (key === undefined) continue;
    names.add(key.name);
    const block = blockOf(key);
    if (block === undefined) continue;
    const instances: readonly unknown[] = 'block' in key ? [item] : typeof item === 'object' && item !== null ? Object.values(item) : [];
    for (const instance of instances) collect(block, instance, seen);
  }
}
