import type { Ajv, FuncKeywordDefinition } from 'ajv';
import { errorSteps, stepsOf } from './node-cost.js';
import type { Work } from './work.js';

/** Stands in every schema, so that each step of a check is counted. */
export const workKeyword = 'enforcecore:work';

/**
 * Replaces what compares each with each by what looks up (`enum`, `const`, `uniqueItems`), and what counts anew each time by
 * what counts once or not at all (lengths of texts, numbers of keys).
 */
export function addKeywords(ajv: Ajv, work: Work): void {
  const counted: FuncKeywordDefinition = {
    keyword: workKeyword,
    schemaType: 'boolean',
    errors: false,
    compile: (_on: boolean, node: Readonly<Record<string, unknown>>) => {
      const count = stepsOf(node, work);
      return (data) => {
        count(data);
        return true;
      };
    },
  };
  for (const keyword of ['enum', 'const', 'uniqueItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties', 'dependentRequired']) ajv.removeKeyword(keyword);
  ajv.addKeyword(counted);
  ajv.addKeyword({ keyword: 'enum', schemaType: 'array', errors: false, compile: (values: readonly unknown[]) => isAmong(values, work) });
  ajv.addKeyword({ keyword: 'const', errors: false, compile: (value: unknown) => isAmong([value], work) });
  ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', errors: false, compile: (isOn: boolean) => (isOn ? isUnique(work) : () => true) });
  const limit = { schemaType: 'number', errors: false } as const;
  ajv.addKeyword({ ...limit, keyword: 'minLength', type: 'string', compile: (least: number) => (text: string) => !isShorter(text, least, work) });
  ajv.addKeyword({ ...limit, keyword: 'maxLength', type: 'string', compile: (most: number) => (text: string) => isShorter(text, most + 1, work) });
  ajv.addKeyword({ ...limit, keyword: 'minProperties', type: 'object', compile: (least: number) => (data: object) => work.keysOf(data).count >= least });
  ajv.addKeyword({ ...limit, keyword: 'maxProperties', type: 'object', compile: (most: number) => (data: object) => work.keysOf(data).count <= most });
  ajv.addKeyword({ keyword: 'dependentRequired', type: 'object', schemaType: 'object', errors: false, compile: (table: object) => hasDependents(table, work) });
}

/** In Unicode characters, of which each is one or two of JavaScript's: they are counted only where that leaves the answer open. */
function isShorter(text: string, limit: number, work: Work): boolean {
  if (text.length < limit) return true;
  if (text.length >= limit * 2) return false;
  work.spend(text.length / 2);
  let pairs = 0;
  for (let i = 0; i < text.length - 1; i += 1) if (isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1))) pairs += 1;
  return text.length - pairs < limit;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The validator's own writes all names of a list down for each that is missing. */
function hasDependents(table: object, work: Work): (data: object) => boolean {
  const asked = Object.entries(table).map(([key, names]): readonly [string, readonly string[]] => {
    if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) throw new TypeError('dependentRequired must have a list of names for each key');
    return [key, names as readonly string[]];
  });
  return (data) =>
    asked.every(([key, names]) => {
      work.spend(4);
      if (!Object.hasOwn(data, key)) return true;
      work.spend(names.length * 4);
      return names.every((name) => Object.hasOwn(data, name));
    });
}

function isAmong(values: readonly unknown[], work: Work): (data: unknown) => boolean {
  const known = new Set(values.map((value) => identity(value, undefined)));
  const hasObjects = values.some((value) => typeof value === 'object' && value !== null);
  return (data) => {
    const isObject = typeof data === 'object' && data !== null;
    const isFound = (!isObject || hasObjects) && known.has(identity(data, work));
    if (!isFound) work.spend(errorSteps);
    return isFound;
  };
}

function isUnique(work: Work): (items: readonly unknown[]) => boolean {
  return (items) => new Set(items.map((item) => identity(item, work))).size === items.length;
}

/** A text that two values share when JSON Schema calls them equal: keys in any order, 1 and 1.0. */
function identity(value: unknown, work: Work | undefined): string {
  work?.spend(typeof value === 'string' ? 20 + value.length / 16 : 20);
  if (typeof value === 'string') return `"${value}`;
  if (Array.isArray(value)) return `[${value.map((item) => lengthened(identity(item, work))).join('')}`;
  if (typeof value !== 'object' || value === null) return String(Object.is(value, -0) ? 0 : value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => lengthened(key) + lengthened(identity(item, work))).join('')}`;
}

/** With its length in front, no text can pass for two. */
function lengthened(text: string): string {
  return `${String(text.length)}:${text}`;
}
