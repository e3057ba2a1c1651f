import { types } from 'node:util';
import { intrinsic } from './intrinsics.js';

/**
 * The JSON text of a value; `undefined` when it has none (a cycle, more than 100,000 values or 64 levels) or is nothing at
 * all. Only data is read: no accessor and no `toJSON` runs. What JSON cannot say is spelled out.
 */
export function jsonText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return unescaped.test(value) ? `"${value}"` : JSON.stringify(value);
  try {
    const budget = { values: maxValues };
    return JSON.stringify(isPlainJson(value, 0, budget) ? value : new Speller().spell(value, 0));
  } catch {
    // Safe to go on: a digest describes a value for the record and decides nothing.
    return undefined;
  }
}

/** Texts in which JSON escapes nothing: most of them, and asking costs a third of escaping. */
const unescaped = /^[ !#-[\]-~]*$/;

const maxValues = 100_000;
const maxLevels = 64;

/** True when JSON says the value as it is and nothing of it runs, so that the much slower spelling out can be left away. */
function isPlainJson(value: unknown, level: number, budget: { values: number }): boolean {
  if (typeof value !== 'object') return typeof value !== 'bigint' && typeof value !== 'function';
  if (value === null) return true;
  budget.values -= 1;
  if (budget.values < 0 || level > maxLevels || types.isProxy(value)) return false;
  if (Array.isArray(value)) {
    if (value.length > budget.values || 'toJSON' in value) return false;
    for (let i = 0; i < value.length; i += 1) {
      if (isAccessor(value, i) || !isPlainJson(value[i], level + 1, budget)) return false;
    }
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || 'toJSON' in value) return false;
  for (const key of Object.keys(value)) {
    if (isAccessor(value, key) || !isPlainJson((value as Record<string, unknown>)[key], level + 1, budget)) return false;
  }
  return true;
}

function isAccessor(value: object, key: string | number): boolean {
  return Object.getOwnPropertyDescriptor(value, key)?.get !== undefined;
}

/** Turns a value into one that JSON can say, reading own data properties only. */
class Speller {
  #left = maxValues;

  spell(value: unknown, level: number): unknown {
    this.#left -= 1;
    if (this.#left < 0 || level > maxLevels) throw new RangeError('too large to be described');
    if (typeof value === 'bigint') return { $bigint: value.toString() };
    if (typeof value === 'function' || typeof value === 'symbol') return { [`$${typeof value}`]: true };
    if (typeof value !== 'object' || value === null) return value;
    if (types.isProxy(value)) return { $proxy: true };
    if (Array.isArray(value)) return Array.from({ length: value.length }, (_none, i) => this.#property(value, i, level));
    if (types.isMap(value)) return { $map: this.#list(Map.prototype.entries.call(value), level) };
    if (types.isSet(value)) return { $set: this.#list(Set.prototype.values.call(value), level) };
    if (types.isDate(value)) return { $date: Date.prototype.getTime.call(value) };
    if (types.isRegExp(value)) return { $pattern: intrinsic.source(value) };
    if (value instanceof URL) return { $url: intrinsic.href(value) };
    if (ArrayBuffer.isView(value)) return { $bytes: base64(value) };
    if (types.isArrayBuffer(value)) return { $bytes: Buffer.from(value).toString('base64') };
    const pairs = Object.keys(value).map((key) => [key, this.#property(value, key, level)] as const);
    if (types.isNativeError(value)) pairs.push(['message', this.#property(value, 'message', level)]);
    return Object.fromEntries(pairs);
  }

  #list(items: Iterable<unknown>, level: number): unknown[] {
    return Array.from(items, (item) => this.spell(item, level + 1));
  }

  #property(value: object, key: string | number, level: number): unknown {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    return descriptor?.get === undefined ? this.spell(descriptor?.value, level + 1) : { $accessor: true };
  }
}

function base64(view: ArrayBufferView): string {
  const read = types.isDataView(view) ? intrinsic.dataView : intrinsic.typedArray;
  return Buffer.from(read.buffer(view), read.byteOffset(view), read.byteLength(view)).toString('base64');
}
