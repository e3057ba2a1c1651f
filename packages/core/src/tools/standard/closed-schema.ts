import { isRecord } from '../is-record.js';
import { keyPath, unknownKey } from '../issue-path.js';
import type { JsonSchema, ToolInputIssue } from '../tool-input.js';

type Node = Readonly<Record<string, unknown>>;

/**
 * The schema with every object closed that names its keys and does not say what else it takes. In the parts of an `allOf` each
 * names only some of the keys, so those are left as they are.
 */
export function closed(schema: JsonSchema): JsonSchema {
  return close(schema, false) as JsonSchema; // a record stays one
}

function close(value: unknown, isPart: boolean): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => close(item, isPart));
  if (!isRecord(value)) return value;
  const inner = Object.entries(value).map(([key, item]): readonly [string, unknown] => {
    if (constants.has(key)) return [key, item];
    if (key === 'allOf') return [key, close(item, true)];
    if (tables.has(key) && isRecord(item)) return [key, Object.fromEntries(Object.entries(item).map(([name, schema]) => [name, close(schema, false)]))];
    return [key, close(item, isPart && sameValue.has(key))];
  });
  const isClosed = isRecord(value['properties']) && !isPart && !saysMore.some((keyword) => Object.hasOwn(value, keyword));
  return Object.fromEntries(isClosed ? [...inner, ['additionalProperties', false]] : inner);
}

/** What lets in other keys, or may name them elsewhere. */
const saysMore = ['additionalProperties', 'unevaluatedProperties', 'patternProperties', '$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas'];

const constants: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'required', 'type']);
const tables: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const sameValue: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'not', 'if', 'then', 'else']);

/** Keys of the arguments that no part of the schema names, at every depth. Says nothing of any value. */
export function unknownKeys(schema: JsonSchema, given: unknown): readonly ToolInputIssue[] {
  const issues: ToolInputIssue[] = [];
  walk(schema, [schema], given, '', issues);
  return issues;
}

const maxIssues = 20;

function walk(root: Node, schemas: readonly Node[], given: unknown, path: string, issues: ToolInputIssue[]): void {
  if (issues.length >= maxIssues || typeof given !== 'object' || given === null) return;
  const all = alternatives(root, schemas);
  if (Array.isArray(given)) {
    given.forEach((item: unknown, i) => {
      const inner = all.flatMap((node) => itemSchemas(node, i));
      if (inner.length > 0) walk(root, inner, item, `${path}[${String(i)}]`, issues);
    });
    return;
  }
  if (!isRecord(given)) return;
  const isOpen = !all.some(({ properties }) => isRecord(properties));
  const known = [...new Set(all.flatMap(({ properties }) => (isRecord(properties) ? Object.keys(properties) : [])))];
  for (const key of Object.keys(given)) {
    const inner = all.flatMap((node) => memberSchemas(node, key));
    if ((inner.length === 0 && !isOpen) || key === '__proto__') issues.push(unknownKey(path, key, known));
    else walk(root, inner.filter(isRecord), given[key], keyPath(path, key, new Set(known)), issues);
  }
}

/** What may be said of one value, all forms of it together: which of them holds is for the schema itself to tell. */
function alternatives(root: Node, schemas: readonly Node[]): readonly Node[] {
  const found = new Set<Node>();
  const open: unknown[] = [...schemas];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (!isRecord(next) || found.has(next)) continue;
    found.add(next);
    for (const key of ['allOf', 'anyOf', 'oneOf']) if (Array.isArray(next[key])) open.push(...(next[key] as readonly unknown[]));
    for (const key of ['if', 'then', 'else']) open.push(next[key] ?? null);
    if (isRecord(next['dependentSchemas'])) open.push(...Object.values(next['dependentSchemas']));
    if (typeof next['$ref'] === 'string') open.push(target(root, next['$ref']) ?? null);
  }
  return [...found];
}

function target(root: Node, ref: string): unknown {
  let value: unknown = root;
  for (const step of ref.split('/').slice(1)) {
    const name = unescaped(step).replaceAll('~1', '/').replaceAll('~0', '~');
    value = (isRecord(value) || Array.isArray(value)) && Object.hasOwn(value, name) ? (value as Node)[name] : undefined; // or a list, by index
  }
  return value;
}

function unescaped(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function itemSchemas({ prefixItems, items, additionalItems }: Node, index: number): readonly Node[] {
  const first: unknown = prefixItems ?? items;
  const own: unknown = !Array.isArray(first) ? items : index < first.length ? first[index] : Array.isArray(items) ? additionalItems : items;
  return isRecord(own) ? [own] : [];
}

/** `true` where anything goes. */
function memberSchemas({ properties, patternProperties, additionalProperties, unevaluatedProperties }: Node, key: string): readonly unknown[] {
  if (isRecord(properties) && Object.hasOwn(properties, key)) return [properties[key]];
  const others = isRecord(patternProperties) ? Object.values(patternProperties) : [];
  return [...others, ...[additionalProperties, unevaluatedProperties].filter((schema) => schema !== undefined && schema !== false)];
}
