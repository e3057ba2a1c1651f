import { types } from 'node:util';

/** A value as Cedar's JSON format has it: https://docs.cedarpolicy.com/auth/entities-syntax.html */
export type CedarJson = boolean | number | string | readonly CedarJson[] | CedarRecord;

export interface CedarRecord {
  readonly [key: string]: CedarJson;
}

/** How much of a call Cedar is asked to look at. */
export interface CedarLimits {
  /** Values in the context, lists and records included. */
  readonly maxValues: number;
  /** UTF-16 units of all texts and keys in the context. */
  readonly maxTextLength: number;
}

export const defaultCedarLimits: CedarLimits = { maxValues: 10_000, maxTextLength: 1_048_576 };

/** Cedar's parser gives up at 128 levels of JSON, some of which are the request's own. */
const maxDepth = 80;

/** A value that Cedar cannot be asked about; the message is a reason, so it holds nothing of the value. */
export class UnaskableError extends Error {
  override name = 'UnaskableError';
}

/** Stands for what cannot be said in Cedar, so that `has` still tells the truth. No type but text ever equals it. */
const opaque = '(opaque)';

/**
 * Keys with a meaning of their own in Cedar's JSON format: a record that has one would be read as an entity, an IP address
 * or an expression that the caller made up. There is no way to write such a key plainly.
 */
const escapes: ReadonlySet<string> = new Set(['__entity', '__extn', '__expr', '__proto__']);

/**
 * Turns JavaScript data into a Cedar record.
 *
 * @throws UnaskableError over a limit, and for keys and values that Cedar would take for something else.
 */
export function toCedarRecord(value: Readonly<Record<string, unknown>>, limits: CedarLimits): CedarRecord {
  return new Converter(limits).record(Object.entries(value), 0);
}

class Converter {
  readonly #limits: CedarLimits;
  #values = 0;
  #textLength = 0;

  constructor(limits: CedarLimits) {
    this.#limits = limits;
  }

  /** Members without a value are left out: Cedar has no null, and asks with `has`. */
  record(members: Iterable<readonly [string, unknown]>, depth: number): CedarRecord {
    const record: Record<string, CedarJson> = {};
    for (const [key, value] of members) {
      if (escapes.has(key)) {
        throw new UnaskableError('the arguments have a key that Cedar does not read as a plain name (__entity, __extn, __expr or __proto__)');
      }
      if (value === undefined || value === null) this.#count();
      else record[this.#text(key)] = this.#convert(value, depth + 1);
    }
    return record;
  }

  #convert(value: unknown, depth: number): CedarJson {
    this.#count();
    if (depth > maxDepth) throw new UnaskableError(`the arguments are nested deeper than ${String(maxDepth)} levels`);
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'boolean':
        return value;
      case 'number':
        return this.#number(value);
      case 'bigint':
        return this.#bigint(value);
      case 'object':
        if (value === null) throw new UnaskableError('the arguments have a list with an empty item, which Cedar cannot hold');
        return this.#object(value, depth);
      case 'undefined':
        throw new UnaskableError('the arguments have a list with an empty item, which Cedar cannot hold');
      case 'function':
      case 'symbol':
        return opaque;
    }
  }

  /** Whole numbers are longs; up to four decimals are a decimal; others are text, which no comparison of numbers accepts. */
  #number(value: number): CedarJson {
    if (Number.isSafeInteger(value)) return value;
    const text = String(value);
    // 15 digits are what a double and Cedar's 64 bits of ten-thousandths both hold exactly.
    if (/^-?\d{1,11}\.\d{1,4}$/.test(text)) return extension('decimal', text);
    return this.#text(text);
  }

  #bigint(value: bigint): CedarJson {
    const near = Number(value);
    if (Number.isSafeInteger(near)) return near;
    // Writing out digits takes more than linear time; this many are no number that Cedar has.
    return value > 2n ** 128n || value < -(2n ** 128n) ? opaque : this.#text(value.toString());
  }

  #object(value: object, depth: number): CedarJson {
    // Handed over unchecked by `opaque`, or made by a mapping: nobody can say what it will answer the tool.
    if (types.isProxy(value)) return opaque;
    if (Array.isArray(value)) return this.#set(value, depth);
    if (types.isSet(value)) return this.#set(value, depth);
    if (types.isMap(value)) return this.#map(value, depth);
    if (types.isDate(value)) return date(value);
    if (value instanceof URL) return this.#text(value.href);
    // Plain data, or the frozen copy of an instance. Anything else came in by `opaque`.
    return isPlain(value) || (Object.isFrozen(value) && isCopiedInstance(value)) ? this.record(Object.entries(value), depth) : opaque;
  }

  #set(items: Iterable<unknown>, depth: number): CedarJson {
    const set: CedarJson[] = [];
    for (const item of items) set.push(this.#convert(item, depth + 1));
    return set;
  }

  #map(map: ReadonlyMap<unknown, unknown>, depth: number): CedarJson {
    const members: [string, unknown][] = [];
    for (const [key, value] of map) {
      if (typeof key !== 'string') return opaque;
      members.push([key, value]);
    }
    return this.record(members, depth);
  }

  #text(text: string): string {
    this.#textLength += text.length;
    const { maxTextLength } = this.#limits;
    // Turned round, so that a limit that is no number lets nothing through.
    if (!(this.#textLength <= maxTextLength)) throw new UnaskableError(`the arguments hold more than ${String(maxTextLength)} characters, the engine's maxTextLength`);
    return text;
  }

  #count(): void {
    this.#values += 1;
    const { maxValues } = this.#limits;
    if (!(this.#values <= maxValues)) throw new UnaskableError(`the arguments hold more than ${String(maxValues)} values, the engine's maxValues`);
  }
}

/** RFC 3339 with milliseconds and four digits for the year, which is what Cedar's `datetime` reads. */
function date(value: Date): CedarJson {
  const time = Date.prototype.getTime.call(value);
  const text = Number.isNaN(time) ? '' : new Date(time).toISOString();
  if (text.length !== 24) throw new UnaskableError('the arguments have a date outside the years 0 to 9999, which Cedar cannot hold');
  return extension('datetime', text);
}

/** Only made here, never from a caller's keys. */
function extension(fn: string, arg: string): CedarJson {
  return { __extn: { fn, arg } };
}

/** A record of this realm or of another one (a `vm` context, a test runner). */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'));
}

function isCopiedInstance(value: object): boolean {
  return !types.isNativeError(value) && !types.isRegExp(value) && !ArrayBuffer.isView(value) && !types.isAnyArrayBuffer(value);
}
