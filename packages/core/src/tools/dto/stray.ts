import { types } from 'node:util';
import { isRecord } from '../is-record.js';
import { keyPath, noNames, unknownKey } from '../issue-path.js';
import type { ToolInputIssue } from '../tool-input.js';
import { shapeOfInstance, type DtoField, type Primitive } from './dto-shape.js';

/**
 * What class-transformer drops or lets pass in silence: keys that the class does not have, at every depth (also `constructor`,
 * `toString` and their kind, which it leaves out), one object for a list of them or a list for one, and promises.
 *
 * @param given as the caller sent it
 * @param made as class-transformer made it, with the same structure where no `@Transform` says otherwise
 */
export function strayParts(given: unknown, made: unknown): readonly ToolInputIssue[] {
  const issues: ToolInputIssue[] = [];
  walk(given, made, '', issues);
  return issues;
}

function walk(given: unknown, made: unknown, path: string, issues: ToolInputIssue[]): void {
  if (types.isPromise(made)) {
    // Nobody waits for it; unhandled, its rejection would end the process.
    made.catch(() => undefined);
    issues.push({ path, expected: 'could not be converted: the conversion answers with a promise' });
  } else if (types.isMap(given)) {
    issues.push({ path, expected: 'must be an object of keys and values, not a Map: what is in it would be lost' });
  } else if (Array.isArray(given)) {
    const items: readonly unknown[] = made instanceof Set ? [...(made as Set<unknown>)] : Array.isArray(made) ? made : [];
    given.forEach((item, i) => { walk(item, items[i], `${path}[${String(i)}]`, issues); });
  } else if (isRecord(given)) {
    walkRecord(given, made, path, issues);
  }
}

function walkRecord(given: Readonly<Record<string, unknown>>, made: unknown, path: string, issues: ToolInputIssue[]): void {
  const shape = typeof made === 'object' && made !== null ? shapeOfInstance(made) : undefined;
  if (shape !== undefined) dropUnset(made as object); // it has a shape
  let known = shape === undefined ? undefined : [...shape.byKey.keys()];
  for (const key of Object.keys(given)) {
    const field = shape?.byKey.get(key);
    if (key in Object.prototype || (shape !== undefined && field === undefined)) {
      issues.push(unknownKey(path, key, known));
      known = undefined; // told once
      continue;
    }
    const inner = memberOf(made, field?.property ?? key);
    const at = keyPath(path, key, field === undefined ? noNames : undefined);
    if (field === undefined) walk(given[key], inner, at, issues);
    else walkField(field, given[key], inner, at, issues);
  }
}

/** Fields that a class declares and nobody gave: not there, for a rule that asks whether they are. */
function dropUnset(made: object): void {
  for (const key of Object.keys(made)) {
    const own = Object.getOwnPropertyDescriptor(made, key);
    if (own !== undefined && 'value' in own && own.value === undefined && own.configurable === true) Reflect.deleteProperty(made, key);
  }
}

function walkField(field: DtoField, given: unknown, made: unknown, path: string, issues: ToolInputIssue[]): void {
  const fault = shapeFault(field, made);
  if (fault !== undefined) {
    issues.push({ path, expected: fault });
    return;
  }
  if (field.primitive !== undefined && !isOf(field.primitive, given)) {
    issues.push({ path, expected: primitiveWords[field.primitive] });
    return;
  }
  if (field.nested === undefined || typeof field.nested === 'function') return walk(given, made, path, issues);
  const { key, types: byName } = field.nested;
  const items = Array.isArray(given) ? given : [given];
  items.forEach((item: unknown, i) => {
    if (!isRecord(item)) return;
    const { [key]: name, ...rest } = item;
    const at = Array.isArray(given) ? `${path}[${String(i)}]` : path;
    if (typeof name !== 'string' || !byName.has(name)) issues.push({ path: keyPath(at, key), expected: `must be one of: ${[...byName.keys()].join(', ')}` });
    else walk(rest, Array.isArray(given) ? memberOf(made, String(i)) : made, at, issues);
  });
}

const primitiveWords: Readonly<Record<Primitive, string>> = { string: 'must be a string', number: 'must be a number', boolean: 'must be true or false' };

/** class-transformer converts in silence: an empty text to 0, any text to true. */
function isOf(primitive: Primitive, given: unknown): boolean {
  if (given === null || given === undefined) return true; // for the rules to say
  const items: readonly unknown[] = Array.isArray(given) ? given : isRecord(given) ? Object.values(given) : [given];
  return items.every((item) => typeof item === primitive);
}

/** class-validator takes a list for one object, and one for a list; nothing is checked then as it was meant. */
function shapeFault({ isList, nested }: DtoField, made: unknown): string | undefined {
  if (made === undefined || made === null) return undefined; // for the rules to say
  const list = listOf(made);
  if (isList && list === undefined) return 'must be a list';
  if (nested === undefined) return undefined;
  if (!isList) return list === undefined ? undefined : 'must be an object, not a list';
  return list?.some((item) => listOf(item) !== undefined) === true ? 'must be a list of objects' : undefined;
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[];
  return value instanceof Set || value instanceof Map ? [...(value as Map<unknown, unknown>).values()] : undefined;
}

function memberOf(value: unknown, key: string): unknown {
  if (value instanceof Map) return (value as Map<unknown, unknown>).get(key);
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}
