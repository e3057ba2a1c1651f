import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readLocks } from './lock-paths.js';
import { readObject } from './object-document.js';
import { loosenings } from './policy-locks.js';
import { mergeDocuments } from './policy-merge.js';
import { toPlain, type MapNode, type PlainValue } from './policy-node.js';
import { shapeDocument } from './policy-shape-walk.js';
import { aPath, aRuleName, hostPattern, source, toolPattern, type Check } from './schema/checks.js';
import { keysOf, type KeyInfo, type Names, type SchemaClass } from './schema/key.js';
import { PolicySchema } from './schema/policy.schema.js';

type Plain = Readonly<Record<string, unknown>>;

const tools = ['search', 'send_mail', 'send_*', 'pay', '*_mail', 'mail.send'];
const hosts = ['api.example.com', '*.example.com', 'evil.org', 'a.b.example.com', 'example.com', '*'];
const samples = new Map<Check, readonly unknown[]>([
  [toolPattern, tools],
  [hostPattern, hosts],
  [aPath, ['data', 'logs']],
  [source, ['one', 'two']],
  [aRuleName, ['r1', 'r2', 'sql_injection']],
]);

/** Some value that the check accepts; new checks are covered by what they tell editors. */
function valueOf(check: Check): fc.Arbitrary<unknown> {
  const known = samples.get(check);
  if (known !== undefined) return fc.constantFrom(...known);
  const { enum: words, type, maximum } = check.schema;
  if (Array.isArray(words)) return fc.constantFrom(...(words as unknown[])); // a list, as was just seen
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: 1, max: 9 });
  if (type === 'number') return maximum === 1 ? fc.constantFrom(0.2, 0.5, 0.9) : fc.integer({ min: 1, max: 9 });
  if (Array.isArray(type) && type.includes('null')) return fc.constantFrom('a', 'b', 1, true, null);
  return fc.constantFrom('w1', 'w2', 'w*');
}

const namesOf: Readonly<Record<Names, readonly string[]>> = { tools, arguments: ['to', 'to.name', 'rows[*]', '*'], words: ['tenant', 'environment'] };

function kindOf(key: KeyInfo, density: number): fc.Arbitrary<unknown> {
  const few = { maxLength: 3 };
  if ('value' in key) return valueOf(key.value);
  if ('list' in key) return fc.array(valueOf(key.list), few);
  if ('some' in key) return fc.array(valueOf(key.some), few);
  if ('block' in key) return blockOf(key.block(), density);
  if ('blocks' in key) return fc.uniqueArray(blockOf(key.blocks(), 2), { ...few, selector: ({ name }) => name ?? Symbol('unnamed') });
  const entry = 'table' in key ? blockOf(key.table(), density) : 'values' in key ? valueOf(key.values) : fc.array(valueOf(key.lists), few);
  return fc.dictionary(fc.constantFrom(...namesOf[key.of]), entry, { maxKeys: 2 });
}

/** A block with about one key in `density` more than none. */
function blockOf(schema: SchemaClass, density: number): fc.Arbitrary<Plain> {
  const keys = [...keysOf(schema).values()].filter(({ name, folds }) => folds === undefined && name !== 'extends' && name !== 'locked');
  const members = keys.map((key) => {
    const value = key.nullable === true ? fc.oneof({ weight: 5, arbitrary: kindOf(key, density) }, { weight: 1, arbitrary: fc.constant(null) }) : kindOf(key, density);
    const weight = 'block' in key ? 1 : density;
    return [key.name, fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })] as const;
  });
  return fc.record(Object.fromEntries(members));
}

const plain = blockOf(PolicySchema, 2);
const sparse = blockOf(PolicySchema, 9);

function canonical(document: Plain): MapNode {
  const issues: never[] = [];
  const shaped = shapeDocument(readObject(document), issues);

  expect(issues).toEqual([]);
  return shaped;
}

const documents = plain.map(canonical);
const numRuns = 100;

function at(document: PlainValue, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Plain)[key] : undefined), document); // any map has keys
}

function listAt(document: PlainValue, ...path: readonly string[]): readonly unknown[] {
  const list = at(document, ...path);
  return Array.isArray(list) ? list : [];
}

describe('merging', () => {
  it('is tried on documents with every key of the schema', () => {
    const seen = new Set<string>();
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, member] of Object.entries(value)) {
        if (member !== undefined) seen.add(key);
        visit(member);
      }
    };
    for (const document of fc.sample(plain, { numRuns: 1500, seed: 7 })) visit(document);
    const keys = (schema: SchemaClass): string[] =>
      [...keysOf(schema).values()].flatMap((key) => [
        ...(key.folds !== undefined || key.name === 'extends' || key.name === 'locked' ? [] : [key.name]),
        ...(key.folds !== undefined ? [] : 'block' in key ? keys(key.block()) : 'table' in key ? keys(key.table()) : 'blocks' in key ? keys(key.blocks()) : []),
      ]);

    expect(keys(PolicySchema).filter((key) => !seen.has(key))).toEqual([]);
  });

  it('changes nothing when either side says nothing', () => {
    const nothing = canonical({});
    fc.assert(
      fc.property(documents, (document) => {
        expect(toPlain(mergeDocuments(document, nothing))).toEqual(toPlain(document));
        expect(toPlain(mergeDocuments(nothing, document))).toEqual(toPlain(document));
      }),
      { numRuns },
    );
  });

  it('is associative', () => {
    fc.assert(
      fc.property(documents, documents, documents, (a, b, c) => {
        const left = mergeDocuments(mergeDocuments(a, b), c);

        expect(toPlain(left)).toEqual(toPlain(mergeDocuments(a, mergeDocuments(b, c))));
      }),
      { numRuns },
    );
  });

  it('D-04: never takes a denial or a named rule away', () => {
    fc.assert(
      fc.property(documents, documents, (parent, child) => {
        const merged = toPlain(mergeDocuments(parent, child));
        for (const one of [toPlain(parent), toPlain(child)]) {
          expect(listAt(merged, 'rules', 'denied_tools')).toEqual(expect.arrayContaining([...listAt(one, 'rules', 'denied_tools')]));
          expect(listAt(merged, 'rules', 'network', 'denied_domains')).toEqual(expect.arrayContaining([...listAt(one, 'rules', 'network', 'denied_domains')]));
          for (const list of [['conditions'], ['content_rules', 'block_patterns']]) {
            const names = (document: PlainValue): unknown[] => listAt(document, 'rules', ...list).flatMap((rule) => at(rule as PlainValue, 'name') ?? []); // plain data
            expect(names(merged)).toEqual(expect.arrayContaining(names(one)));
          }
        }
      }),
      { numRuns },
    );
  });
});

const everything = canonical({ locked: true });

function paths(value: PlainValue, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return [...(path === '' ? [] : [path]), ...Object.entries(value).flatMap(([key, member]) => paths(member, path === '' ? key : `${path}.${key}`))]; // plain data
}

/** A parent, a path of it that it locks or nothing for all, and a child. */
const families = plain.chain((parent) => {
  const shaped = canonical(parent);
  const all = paths(toPlain(shaped), '').filter((path) => /^[\w.*<>:-]{1,256}$/.test(path));
  const lock = all.length === 0 ? fc.constant(undefined) : fc.oneof(fc.constant(undefined), fc.constantFrom(...all));
  return fc.record({ parent: fc.constant(shaped), lock, child: sparse.map(canonical) });
});

function issuesOf(parent: MapNode, child: MapNode, lock: string | undefined): number {
  const issues: never[] = [];
  const tree = readLocks(lock === undefined ? everything : canonical({ locked: [lock] }), parent, issues);

  expect(issues).toEqual([]);
  return tree === undefined ? NaN : loosenings(parent, child, tree).length;
}

describe('locks', () => {
  it('find nothing looser in a document than in itself', () => {
    fc.assert(
      fc.property(families, ({ parent, lock }) => {
        expect(issuesOf(parent, parent, lock)).toBe(0);
      }),
      { numRuns },
    );
  });

  it('D-04: let no child allow what its parent forbids', () => {
    let passed = 0;
    fc.assert(
      fc.property(families, ({ parent, lock, child }) => {
        const merged = mergeDocuments(parent, child);
        if (issuesOf(parent, merged, lock) > 0) return;
        passed++;
        const [now, before] = [toPlain(merged), toPlain(parent)];
        const asked = questions.filter(({ path }) => lock === undefined || path === lock || path.startsWith(`${lock}.`));

        expect(asked.filter(({ allows }) => allows(now) && !allows(before)).map(({ name }) => name)).toEqual([]);
      }),
      { numRuns: 500 },
    );

    expect(passed).toBeGreaterThan(150);
  });
});

interface Question {
  readonly name: string;
  /** What must be locked for the answer to hold. */
  readonly path: string;
  readonly allows: (document: PlainValue) => boolean;
}

function meets(pattern: unknown, name: string): boolean {
  return new RegExp(`^${String(pattern).replaceAll(/[.]/g, '\\.').replaceAll('*', '.*')}$`).test(name);
}

const isOn = (block: unknown): boolean => typeof block === 'object' && block !== null && at(block as PlainValue, 'enabled') !== false; // plain data

function mayCall(document: PlainValue, tool: string): boolean {
  const allowed = at(document, 'rules', 'allowed_tools');
  if (listAt(document, 'rules', 'denied_tools').some((pattern) => meets(pattern, tool))) return false;
  return !Array.isArray(allowed) || allowed.some((pattern) => meets(pattern, tool));
}

function mayReach(document: PlainValue, host: string): boolean {
  if (!isOn(at(document, 'rules', 'network'))) return true;
  if (listAt(document, 'rules', 'network', 'denied_domains').some((pattern) => meets(pattern, host) || host.endsWith(`.${String(pattern)}`))) return false;
  if (at(document, 'rules', 'network', 'deny_all_other') === false) return true;
  return listAt(document, 'rules', 'network', 'allowed_domains').some((pattern) => meets(pattern, host));
}

function callsOf(document: PlainValue, tool: string): number {
  const block = at(document, 'rules', 'rate_limits');
  if (!isOn(block)) return Infinity;
  const table = Object.entries((at(document, 'rules', 'rate_limits', 'per_tool') ?? {}) as Plain); // plain data
  const best = table
    .filter(([pattern]) => meets(pattern, tool))
    .sort(([a], [b]) => Number(a.includes('*')) - Number(b.includes('*')) || b.replaceAll('*', '').length - a.replaceAll('*', '').length || (a < b ? -1 : 1))[0];
  return best === undefined ? Infinity : ((at(best[1] as PlainValue, 'max_calls') as number | undefined) ?? 100); // plain data
}

function blocksOf(document: PlainValue, tool: string): readonly PlainValue[] {
  const table = Object.entries((at(document, 'rules', 'tools') ?? {}) as Readonly<Record<string, PlainValue>>); // plain data
  return table.filter(([pattern]) => meets(pattern, tool)).map(([, block]) => block);
}

function takesExtra(document: PlainValue, tool: string, argument: string): boolean {
  const blocks = blocksOf(document, tool);
  const named = blocks.flatMap((block) => Object.keys((at(block, 'args') ?? {}) as Plain)); // plain data
  return !blocks.some((block) => at(block, 'extra_args') === 'deny') || named.some((path) => /^\w+/.exec(path)?.[0] === argument);
}

const ranks: Readonly<Record<string, number>> = { public: 0, low: 0, internal: 1, medium: 1, confidential: 2, high: 2, restricted: 3, critical: 3 };
const rank = (word: unknown): number => ranks[String(word)] ?? NaN;

function mayGet(document: PlainValue, tool: string, level: number): boolean {
  const labels = at(document, 'rules', 'sensitivity_labels') as PlainValue; // plain data
  if (!isOn(labels) || at(labels, 'enforce') === false) return true;
  const table = Object.entries((at(labels, 'clearances') ?? {}) as Plain); // plain data
  const said = [
    ...table.filter(([pattern]) => meets(pattern, tool)).map(([, word]) => rank(word)),
    ...blocksOf(document, tool).flatMap((block) => (at(block, 'clearance') === undefined ? [] : [rank(at(block, 'clearance'))])),
  ];
  return level <= (said.length === 0 ? rank(at(labels, 'default_clearance') ?? 'internal') : Math.min(...said));
}

function mayPassUnlabelled(document: PlainValue, tool: string, argument: string): boolean {
  const labels = at(document, 'rules', 'sensitivity_labels') as PlainValue; // plain data
  if (!isOn(labels) || at(labels, 'enforce') === false) return true;
  const fields = Object.entries((at(labels, 'fields') ?? {}) as Plain); // plain data
  const args = blocksOf(document, tool).flatMap((block) => Object.entries((at(block, 'args') ?? {}) as Readonly<Record<string, PlainValue>>)); // plain data
  const said = [...fields, ...args.map(([path, block]) => [path, at(block, 'sensitivity')] as const)].filter(([path, word]) => word !== undefined && (path === argument || path === '*'));
  const level = said.length === 0 ? rank(at(labels, 'default_label') ?? 'public') : Math.max(...said.map(([, word]) => rank(word)));
  return mayGet(document, tool, level);
}

const actionRanks: Readonly<Record<string, number>> = { log: 0, redact: 1, block: 2 };

function atMost(document: PlainValue, limit: number, ...path: readonly string[]): boolean {
  const value = at(document, ...path);
  return typeof value !== 'number' || value > limit;
}

const levels = [0, 1, 2, 3];
const names = ['search', 'send_mail', 'mail.send', 'pay', 'send_all', 'x_mail', 'other'];
const limitPaths = [
  ['max_output_size_bytes'], ['resource_limits', 'max_call_duration_seconds'], ['resource_limits', 'max_memory_mb'], ['resource_limits', 'max_cost_usd'],
  ['tools', 'pay', 'max_output_size_bytes'], ['tools', 'pay', 'args', 'to', 'max'], ['tools', 'pay', 'args', 'to', 'max_length'],
];

const questions: readonly Question[] = [
  { name: 'mode', path: 'mode', allows: (document) => at(document, 'mode') === 'monitor' },
  ...[1, 2].map((least): Question => ({ name: 'violation', path: 'on_violation', allows: (document) => (actionRanks[String(at(document, 'on_violation') ?? 'block')] ?? 0) < least })),
  ...names.map((tool): Question => ({ name: `call ${tool}`, path: 'rules', allows: (document) => mayCall(document, tool) })),
  ...['api.example.com', 'x.example.com', 'evil.org', 'a.b.example.com', 'example.com', 'other.net'].map(
    (host): Question => ({ name: `reach ${host}`, path: 'rules.network', allows: (document) => mayReach(document, host) }),
  ),
  ...names.flatMap((tool) => [1, 3, 5, 8, 100].map((calls): Question => ({ name: `rate ${tool}`, path: 'rules.rate_limits', allows: (document) => callsOf(document, tool) > calls }))),
  ...[1, 3, 5, 8, 1000].map(
    (calls): Question => ({
      name: 'global rate',
      path: 'rules.rate_limits',
      allows: (document) => {
        const global = at(document, 'rules', 'rate_limits', 'global');
        if (!isOn(at(document, 'rules', 'rate_limits')) || global === undefined || global === null) return true;
        return ((at(global as PlainValue, 'max_calls') as number | undefined) ?? 1000) > calls; // plain data
      },
    }),
  ),
  ...limitPaths.flatMap((path) => [1, 3, 5, 8].map((limit): Question => ({ name: path.join('.'), path: `rules.${path.join('.')}`, allows: (document) => atMost(document, limit, 'rules', ...path) }))),
  ...names.flatMap((tool) => levels.map((level): Question => ({ name: `give ${tool} level ${String(level)}`, path: 'rules.sensitivity_labels', allows: (document) => mayGet(document, tool, level) }))),
  ...names.map((tool): Question => ({ name: `give ${tool} an unlabelled argument`, path: 'rules.sensitivity_labels', allows: (document) => mayPassUnlabelled(document, tool, 'to') })),
  ...names.flatMap((tool) => ['to', 'rows'].map((argument): Question => ({ name: `extra ${argument} of ${tool}`, path: 'rules.tools', allows: (document) => takesExtra(document, tool, argument) }))),
  ...['email', 'iban', 'person_name'].map(
    (category): Question => ({
      name: `show ${category}`,
      path: 'rules.pii_redaction',
      allows: (document) => {
        const block = at(document, 'rules', 'pii_redaction') as PlainValue; // plain data
        return !isOn(block) || !((at(block, 'categories') ?? ['email']) as unknown[]).includes(category); // plain data
      },
    }),
  ),
  ...['r1', 'r2', 'sql_injection'].flatMap((name) =>
    ['pattern', 'when', 'action'].map(
      (part): Question => ({
        name: `break ${name}`,
        path: 'rules.content_rules',
        allows: (document) => {
          const rule = listAt(document, 'rules', 'content_rules', 'block_patterns').find((one) => at(one as PlainValue, 'name') === name) as PlainValue | undefined; // plain data
          if (!isOn(at(document, 'rules', 'content_rules')) || rule === undefined) return true;
          return part === 'action' && actionRanks[String(at(rule, 'action') ?? 'block')] !== 2;
        },
      }),
    ),
  ),
];
