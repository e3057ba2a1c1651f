import { keysOf, type KeyInfo, type SchemaClass } from './key.js';
import { PolicySchema } from './policy.schema.js';

interface Section {
  readonly title: string;
  readonly path: string;
  readonly schema: SchemaClass;
}

/** The tables of `docs/reference/policy.md`: every key of every block, in the order of their declaration. */
export function policyReference(): string {
  const sections = sectionsOf({ title: 'Top level', path: '', schema: PolicySchema }, new Set());
  return sections.map(tableOf).join('\n');
}

function sectionsOf(section: Section, seen: Set<SchemaClass>): Section[] {
  if (seen.has(section.schema)) return [];
  seen.add(section.schema);
  const below = [...keysOf(section.schema).values()].flatMap((key) => {
    const schema = blockOf(key);
    if (schema === undefined) return [];
    const path = pathOf(section.path, key);
    return sectionsOf({ title: `\`${path}\``, path, schema }, seen);
  });
  return [section, ...below];
}

function blockOf(key: KeyInfo): SchemaClass | undefined {
  if ('block' in key) return key.block();
  if ('blocks' in key) return key.blocks();
  return 'table' in key ? key.table() : undefined;
}

function pathOf(parent: string, key: KeyInfo): string {
  const own = parent === '' ? key.name : `${parent}.${key.name}`;
  if ('blocks' in key) return `${own}[]`;
  if (!('of' in key)) return own;
  return `${own}.${key.of === 'tools' ? '<tool>' : key.of === 'arguments' ? '<path>' : '<name>'}`;
}

function tableOf({ title, schema }: Section): string {
  const rows = [...keysOf(schema).values()].map(rowOf);
  return `### ${title}\n\n| key | value | without it | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function rowOf(key: KeyInfo): string {
  const aliases = key.aliases === undefined ? '' : `. Also written ${key.aliases.map((alias) => `\`${alias}\``).join(', ')}`;
  return `| \`${key.name}\` | ${kindOf(key)} | ${key.absent ?? ''} | ${key.doc}${aliases}${lockOf(key)} |`;
}

function kindOf(key: KeyInfo): string {
  const nothing = key.nullable === true ? ', or `null`' : '';
  if ('value' in key) return `${expectedOf(key.value.expected)}${nothing}`;
  if ('list' in key) return `list: ${expectedOf(key.list.expected)}${nothing}`;
  if ('some' in key) return `${expectedOf(key.some.expected)}; or a list of them${nothing}`;
  if ('block' in key) return `map${nothing}`;
  if ('blocks' in key) return key.short === undefined ? 'list of maps' : `list of maps or of values of \`${key.short}\``;
  const of = key.of === 'tools' ? 'tool patterns' : key.of === 'arguments' ? 'paths of arguments' : 'names';
  if ('table' in key) return `map from ${of} to maps`;
  if ('values' in key) return `map from ${of} to ${expectedOf(key.values.expected)}`;
  return `map from ${of} to lists`;
}

function expectedOf(expected: string): string {
  const words = /^one of (.+)$/.exec(expected)?.[1];
  return words === undefined ? expected : words.split(', ').map((word) => `\`${word}\``).join(', ');
}

const tightenings: Readonly<Record<string, string>> = {
  lower: 'may go down',
  raise: 'may go up',
  add: 'may be added to',
  narrow: 'may be narrowed',
  pick: 'may be narrowed',
  on: 'may be turned on',
  off: 'may be turned off',
  set: 'may be added',
  same: 'stays',
};

function lockOf({ tightens }: KeyInfo): string {
  if (tightens === undefined || tightens === 'free') return '';
  return typeof tightens === 'string' ? `. *Locked: ${tightenings[tightens] ?? ''}*` : '. *Locked: may become stricter*';
}

