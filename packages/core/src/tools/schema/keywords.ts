import type { Ajv, FuncKeywordDefinition } from 'ajv';
import type { Work } from './work.js';

/** Stands in every schema, so that each step of a check is counted. */
export const workKeyword = 'enforcecore:work';

/** A schema's own words and what they find wrong, and what writing down one thing that is wrong costs. */
const schemaSteps = 40;
const errorSteps = 100;

/** Replaces what compares each with each by what looks up: `enum`, `const` and `uniqueItems`. */
export function addKeywords(ajv: Ajv, work: Work): void {
  const counted: FuncKeywordDefinition = {
    keyword: workKeyword,
    schemaType: 'boolean',
    errors: false,
    compile: () => () => {
      work.spend(schemaSteps);
      return true;
    },
  };
  for (const keyword of ['enum', 'const', 'uniqueItems']) ajv.removeKeyword(keyword);
  ajv.addKeyword(counted);
  ajv.addKeyword({ keyword: 'enum', schemaType: 'array', errors: false, compile: (values: readonly unknown[]) => isAmong(values, work) });
  ajv.addKeyword({ keyword: 'const', errors: false, compile: (value: unknown) => isAmong([value], work) });
  ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', errors: false, compile: (isOn: boolean) => (isOn ? isUnique(work) : () => true) });
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
  work?.spend(typeof value === 'string' ? 1 + value.length / 16 : 1);
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
