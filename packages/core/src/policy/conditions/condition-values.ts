import { types } from 'node:util';
import { ConditionError } from './condition-error.js';

/** Which members of a value a condition reads, so that nothing else is converted. */
export class Read {
  /** All of it is read; without this and without members only whether it is there. */
  whole = false;
  readonly members = new Map<string, Read>();

  at([name, ...rest]: readonly string[]): Read {
    if (name === undefined) return this;
    const member = this.members.get(name) ?? new Read();
    this.members.set(name, member);
    return member.at(rest);
  }
}

const maxValues = 100_000;
const maxDepth = 64;

/**
 * Turns what a condition reads of a JavaScript value into CEL values: numbers stay doubles, objects become maps of
 * their own members, sets become lists, dates timestamps. NaN has no place here: every comparison with it is false,
 * which lets it through half of all rules.
 *
 * @throws {@link ConditionError} for NaN, functions, symbols, other classes, more than 100 000 values or 64 levels.
 */
export function toCelValue(value: unknown, read: Read): unknown {
  return new Conversion().select(value, read);
}

class Conversion {
  #left = maxValues;

  select(value: unknown, read: Read): unknown {
    if (read.whole) return this.#convert(value, 0);
    // Only asked whether it is there.
    if (read.members.size === 0) return value === undefined ? undefined : null;
    if (isPlain(value)) return this.#members(read, (name) => (Object.hasOwn(value, name) ? value[name] : undefined));
    if (types.isMap(value)) return this.#members(read, (name) => value.get(name));
    return this.#convert(value, 0);
  }

  #members(read: Read, get: (name: string) => unknown): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    for (const [name, member] of read.members) {
      const value = this.select(get(name), member);
      if (value !== undefined) map.set(name, value);
    }
    return map;
  }

  #convert(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case 'string':
      case 'boolean':
      case 'bigint':
      case 'undefined':
        return value;
      case 'number':
        if (Number.isNaN(value)) throw new ConditionError('a value is not a number (NaN)');
        return value;
      case 'object':
        return value === null ? null : this.#object(value, depth);
      case 'function':
      case 'symbol':
        throw unknownType();
    }
  }

  #object(value: object, depth: number): unknown {
    if (depth >= maxDepth) throw new ConditionError('a value is too deep');
    if (Array.isArray(value)) return this.#list(value, value.length, depth);
    if (types.isMap(value)) return this.#entries(value, value.size, depth);
    if (types.isSet(value)) return this.#list([...value], value.size, depth);
    if (types.isDate(value)) return timestamp(value);
    if (types.isUint8Array(value)) return new Uint8Array(value);
    if (!isPlain(value)) throw unknownType();
    const keys = Object.keys(value);
    return this.#entries(keys.map((key): [string, unknown] => [key, value[key]]), keys.length, depth);
  }

  #list(items: readonly unknown[], size: number, depth: number): unknown[] {
    this.#spend(size);
    // Holes and undefined are what JSON makes of them.
    return Array.from(items, (item) => this.#convert(item, depth + 1) ?? null);
  }

  #entries(entries: Iterable<readonly [unknown, unknown]>, size: number, depth: number): Map<unknown, unknown> {
    this.#spend(size);
    const map = new Map<unknown, unknown>();
    for (const [key, value] of entries) {
      if (typeof key === 'object' || typeof key === 'function' || typeof key === 'symbol') throw unknownType();
      const converted = this.#convert(value, depth + 1);
      if (converted !== undefined) map.set(key, converted);
    }
    return map;
  }

  #spend(size: number): void {
    this.#left -= size;
    if (this.#left < 0) throw new ConditionError('too costly');
  }
}

function timestamp(value: Date): Date {
  const ms = Date.prototype.getTime.call(value);
  if (Number.isNaN(ms)) throw new ConditionError('a value is not a date');
  return new Date(ms);
}

/** Own members are all that is read, so any object without behaviour of its own will do. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of another realm's objects is the one object there without a prototype.
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function unknownType(): ConditionError {
  return new ConditionError('a value has a type that conditions do not know');
}
