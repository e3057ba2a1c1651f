import { shapeOf } from '../render/shape.js';

const longestWord = 80;

/** Where two values first differ, in words that show what was expected and only the shape of what came: it is data. */
export function differenceOf(expected: unknown, got: unknown, path: string): string | undefined {
  if (isRecord(expected) && isRecord(got)) return recordDifference(expected, got, path);
  if (Array.isArray(expected) && Array.isArray(got)) return listDifference(expected, got, path);
  return isSame(expected, got) ? undefined : `${path}: expected ${expectedText(expected)}, got ${gotText(got)}`;
}

function recordDifference(expected: Readonly<Record<string, unknown>>, got: Readonly<Record<string, unknown>>, path: string): string | undefined {
  for (const [key, value] of Object.entries(expected)) {
    const inner = memberPath(path, key);
    if (!Object.hasOwn(got, key)) return `${inner}: expected ${expectedText(value)}, got nothing`;
    const difference = differenceOf(value, got[key], inner);
    if (difference !== undefined) return difference;
  }
  const extra = Object.keys(got).filter((key) => !Object.hasOwn(expected, key)).length;
  return extra === 0 ? undefined : `${path}: got ${String(extra)} more than the expected members`;
}

function listDifference(expected: readonly unknown[], got: readonly unknown[], path: string): string | undefined {
  if (expected.length !== got.length) return `${path}: expected ${String(expected.length)} items, got ${String(got.length)}`;
  for (const [i, value] of expected.entries()) {
    const difference = differenceOf(value, got[i], `${path}[${String(i)}]`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** YAML writes no undefined: a tool that returns nothing returns null. */
function isSame(expected: unknown, got: unknown): boolean {
  return expected === got || (Number.isNaN(expected) && Number.isNaN(got)) || (expected === null && got === undefined);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function expectedText(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'number') return String(value); // JSON has no NaN
  return typeof value === 'object' ? kindOf(value) : cut(JSON.stringify(value));
}

function gotText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value !== 'string') return typeof value === 'object' ? kindOf(value) : `another ${typeof value}`;
  if (value === '') return 'empty text';
  // Placeholders are what the reader looks for, and hide what they stand for.
  const parts = value.slice(0, longestWord).split(/(<[A-Z0-9_]{1,40}>)/);
  return `text like ${parts.map((part, i) => (i % 2 === 1 ? part : shapeOf(part))).join('')}`;
}

function kindOf(value: object): string {
  return Array.isArray(value) ? 'a list' : 'a map';
}

function cut(text: string): string {
  return text.length <= longestWord ? text : `${text.slice(0, longestWord - 1)}…`;
}

function memberPath(path: string, key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? `${path}.${key}` : `${path}[${cut(JSON.stringify(key))}]`;
}
