import { types } from 'node:util';
import { intrinsic, typedArrays } from '../pipeline/intrinsics.js';
import { notOurs } from './not-ours.js';

/** Taken before any code of a tool, which shares this module with ours in a child. */
const { defineProperty, entries, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, keys } = Object;
const { isArray } = Array;
const isView = ArrayBuffer.isView.bind(ArrayBuffer);

/** What crosses a wall: JSON. What JSON has no word for is `{ "$": kind, "v": … }`. */
export type Wire = null | boolean | number | string | readonly Wire[] | { readonly [key: string]: Wire };

/** What one value may hold together as it crosses. */
export interface WireLimits {
  readonly maxDepth: number;
  /** Values, counting a value that is reachable twice twice. */
  readonly maxNodes: number;
  /**
   * Refuse a key named `__proto__`. As own data it is harmless here, and pollutes whatever merges a result key by key
   * without looking; no honest result has one.
   */
  readonly refusesProto?: boolean;
  /** Errors are a tool's: with a name or code that is one of ours, they are marked as not ours. */
  readonly marksErrors?: boolean;
}

export const wireLimits: WireLimits = Object.freeze({ maxDepth: 100, maxNodes: 1_000_000 });
/** The same for what comes out of a child. */
export const resultLimits: WireLimits = Object.freeze({ ...wireLimits, refusesProto: true, marksErrors: true });

/** A value that cannot cross, or that no honest side would have written. `message` holds no part of a value but short keys. */
export class WireError extends Error {
  override name = 'WireError';
}

/**
 * Turns a value into what can cross. Objects of classes cross as their own data; errors by name, message and stack.
 *
 * @throws WireError for functions, symbols, promises, proxies, accessors, cycles and what is too large.
 */
export function toWire(value: unknown, limits: WireLimits = wireLimits): Wire {
  return new Packer(limits).pack(value);
}

const maxStackChars = 4_000;
/** What is made by a parser of its own takes that parser's time: short texts, and not many of them. */
const maxUrlChars = 2_048;
const maxPatternChars = 1_000;
const maxPatternFlags = 10;
const maxParsed = 1_000;
/** Of all patterns together: a thousand characters can take 30 ms to be read. */
const maxPatternsChars = 10_000;
/** Of an error's message. */
const maxMessageChars = 64 * 1024;
/** The kinds of value that JSON has no word for. */
export type WireTag = 'undefined' | 'number' | 'bigint' | 'date' | 'map' | 'set' | 'regexp' | 'url' | 'bytes' | 'error' | 'object';

/** How many texts of one value go through a parser. */
class Parsed {
  #count = 0;
  #patternChars = 0;

  url(text: string): string {
    this.#more();
    return within(text, maxUrlChars, 'a URL');
  }

  pattern(source: string): string {
    this.#more();
    this.#patternChars += source.length;
    if (this.#patternChars > maxPatternsChars) throw new WireError(`holds patterns of more than ${String(maxPatternsChars)} characters together`);
    return within(source, maxPatternChars, 'a pattern');
  }

  #more(): void {
    this.#count += 1;
    if (this.#count > maxParsed) throw new WireError(`holds more than ${String(maxParsed)} patterns and URLs`);
  }
}

function within(text: string, maxChars: number, what: string): string {
  if (text.length > maxChars) throw new WireError(`holds ${what} of more than ${String(maxChars)} characters`);
  return text;
}

class Packer {
  readonly #limits: WireLimits;
  readonly #parsed = new Parsed();
  #nodes = 0;
  #depth = 0;

  constructor(limits: WireLimits) {
    this.#limits = limits;
  }

  pack(value: unknown): Wire {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.maxNodes) throw new WireError(`holds more than ${String(this.#limits.maxNodes)} values`);
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : tagged('number', Object.is(value, -0) ? '-0' : String(value));
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return tagged('bigint', value < 0n ? `-${(-value).toString(16)}` : value.toString(16));
      case 'object':
        return value === null ? null : this.#descend(value);
      case 'function':
        throw new WireError('holds a function');
      case 'symbol':
        throw new WireError('holds a symbol');
    }
  }

  #descend(value: object): Wire {
    if (this.#depth >= this.#limits.maxDepth) throw new WireError(`is nested deeper than ${String(this.#limits.maxDepth)} levels, or in a circle`);
    this.#depth += 1;
    const packed = this.#object(value);
    this.#depth -= 1;
    return packed;
  }

  #object(value: object): Wire {
    if (types.isProxy(value)) throw new WireError('holds a proxy');
    if (isArray(value)) return this.#list(value as readonly unknown[]);
    const prototype: unknown = getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#record(value);
    return this.#special(value) ?? this.#record(value);
  }

  /** By index: the list's own iterator may be anything. */
  #list(list: readonly unknown[]): Wire {
    const packed: Wire[] = [];
    for (let i = 0, { length } = list; i < length; i += 1) {
      // A hole or an accessor: what stands there is not simply read.
      const own = getOwnPropertyDescriptor(list, i);
      if (own !== undefined && !('value' in own)) throw new WireError('holds an accessor');
      packed.push(this.pack(own?.value));
    }
    return packed;
  }

  #record(value: object): Wire {
    const packed: Record<string, Wire> = {};
    let isTagLike = false;
    for (const key of keys(value)) {
      const own = getOwnPropertyDescriptor(value, key);
      if (own === undefined) continue;
      if (!('value' in own)) throw new WireError('holds an accessor');
      this.#look(key);
      if (key === '$') isTagLike = true;
      define(packed, key, this.pack(own.value));
    }
    // Data that looks like a tag is told apart from one.
    return isTagLike ? tagged('object', entries(packed)) : packed;
  }

  #look(key: string): void {
    if (key === '__proto__' && this.#limits.refusesProto === true) throw new WireError(protoKey);
  }

  /** Built-in objects whose content is not in their properties. `undefined` for any other. */
  #special(value: object): Wire | undefined {
    if (types.isDate(value)) {
      const time = Date.prototype.getTime.call(value);
      return tagged('date', Number.isNaN(time) ? null : time);
    }
    if (types.isMap(value)) return tagged('map', Array.from(Map.prototype.entries.call(value), ([key, item]) => [this.pack(key), this.pack(item)]));
    if (types.isSet(value)) return tagged('set', Array.from(Set.prototype.values.call(value), (item) => this.pack(item)));
    if (types.isRegExp(value)) return tagged('regexp', [this.#parsed.pattern(intrinsic.source(value)), intrinsic.flags(value)]);
    if (value instanceof URL) return tagged('url', this.#parsed.url(intrinsic.href(value)));
    if (isView(value) || types.isArrayBuffer(value)) return bytes(value);
    if (types.isNativeError(value)) return this.#error(value);
    const kind = uncrossable(value);
    if (kind !== undefined) throw new WireError(`holds ${kind}`);
    return undefined;
  }

  #error(value: Error): Wire {
    const { own, ...words } = errorWords(value);
    const cause = getOwnPropertyDescriptor(value, 'cause');
    return tagged('error', {
      ...words,
      own: this.#record(own),
      ...(cause !== undefined && 'value' in cause ? { cause: this.pack(cause.value) } : {}),
    });
  }
}

/** What an error says, as text, and its own simple data: a code, a status. Its class stays behind. */
export function errorWords(value: Error): { readonly name: string; readonly message: string; readonly stack: string; readonly own: Readonly<Record<string, unknown>> } {
  const own: Record<string, unknown> = {};
  for (const key of keys(value)) {
    const data: unknown = getOwnPropertyDescriptor(value, key)?.value;
    if (typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean' || data === null) define(own, key, data);
  }
  return { name: text(value.name), message: text(value.message).slice(0, maxMessageChars), stack: text(value.stack).slice(0, maxStackChars), own };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function bytes(value: ArrayBufferView | ArrayBuffer): Wire {
  if (types.isArrayBuffer(value)) return tagged('bytes', ['ArrayBuffer', Buffer.from(value).toString('base64')]);
  const isDataView = types.isDataView(value);
  const read = isDataView ? intrinsic.dataView : intrinsic.typedArray;
  const buffer = read.buffer(value);
  if (types.isSharedArrayBuffer(buffer)) throw new WireError('holds shared memory');
  const kind = isDataView ? 'DataView' : Buffer.isBuffer(value) ? 'Buffer' : intrinsic.typedArray.tag(value);
  return tagged('bytes', [kind, Buffer.from(buffer, read.byteOffset(value), read.byteLength(value)).toString('base64')]);
}

const iteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]())) as object;

function uncrossable(value: object): string | undefined {
  if (types.isPromise(value)) return 'a promise';
  if (types.isWeakMap(value) || types.isWeakSet(value)) return 'a weak collection';
  if (types.isGeneratorObject(value) || Object.prototype.isPrototypeOf.call(iteratorPrototype, value)) return 'an iterator, which its reader could not wait for: give an asynchronous one';
  if (types.isSharedArrayBuffer(value)) return 'shared memory';
  if (types.isBoxedPrimitive(value)) return 'a boxed primitive';
  if (value instanceof ReadableStream || value instanceof WritableStream) return 'a stream';
  if (value instanceof AbortSignal) return 'a signal, which the tool has as currentCall().signal';
  if (value instanceof Blob) return 'a blob';
  return types.isExternal(value) || types.isModuleNamespaceObject(value) ? 'a host object' : undefined;
}

function tagged($: WireTag, v: Wire): Wire {
  return { $, v };
}

/**
 * Turns what crossed back into values: own data on plain prototypes, built-in objects made here. Nothing of it runs.
 *
 * @throws WireError for what `toWire` would not have written.
 */
export function fromWire(wire: unknown, limits: WireLimits = wireLimits): unknown {
  return new Unpacker(limits).unpack(wire);
}

class Unpacker {
  readonly #limits: WireLimits;
  readonly #parsed = new Parsed();
  #nodes = 0;
  #depth = 0;

  constructor(limits: WireLimits) {
    this.#limits = limits;
  }

  unpack(wire: unknown): unknown {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.maxNodes) throw new WireError('holds too many values');
    if (typeof wire !== 'object' || wire === null) return wire;
    if (this.#depth >= this.#limits.maxDepth) throw new WireError('is nested too deep');
    this.#depth += 1;
    const value = isArray(wire) ? wire.map((item) => this.unpack(item)) : this.#record(wire as Readonly<Record<string, unknown>>);
    this.#depth -= 1;
    return value;
  }

  #record(wire: Readonly<Record<string, unknown>>): unknown {
    if (hasOwn(wire, '$')) return this.#tagged(wire.$, wire.v);
    const value: Record<string, unknown> = {};
    for (const key of keys(wire)) this.#set(value, key, wire[key]);
    return value;
  }

  #tagged(tag: unknown, v: unknown): unknown {
    switch (tag as WireTag) {
      case 'undefined':
        return undefined;
      case 'number':
        return strange(v);
      case 'bigint':
        return wholeNumber(v);
      case 'date':
        return new Date(v === null ? Number.NaN : typeof v === 'number' ? v : garbage());
      case 'map':
        return new Map(listOf(v).map((pair) => [this.unpack(pairOf(pair)[0]), this.unpack(pairOf(pair)[1])]));
      case 'set':
        return new Set(listOf(v).map((item) => this.unpack(item)));
      case 'regexp':
        return pattern(this.#parsed.pattern(textOf(pairOf(v)[0])), textOf(pairOf(v)[1]));
      case 'url':
        return urlOf(this.#parsed.url(textOf(v)));
      case 'bytes':
        return view(textOf(pairOf(v)[0]), Buffer.from(textOf(pairOf(v)[1]), 'base64'));
      case 'error':
        return this.#error(v);
      case 'object':
        return this.#entries(listOf(v));
    }
    return garbage();
  }

  #entries(entries: readonly unknown[]): object {
    const value: Record<string, unknown> = {};
    for (const entry of entries) this.#set(value, textOf(pairOf(entry)[0]), pairOf(entry)[1]);
    return value;
  }

  #set(target: Record<string, unknown>, key: string, wire: unknown): void {
    if (key === '__proto__' && this.#limits.refusesProto === true) throw new WireError(protoKey);
    define(target, key, this.unpack(wire));
  }

  #error(wire: unknown): Error {
    if (typeof wire !== 'object' || wire === null) return garbage();
    const { name: given, message, stack, own, cause } = wire as Readonly<Record<string, unknown>>;
    const isMarked = this.#limits.marksErrors === true;
    const name = isMarked ? notOurs(given) : given;
    const Kind = errorKinds.find((kind) => kind.name === name) ?? Error;
    const error = new Kind(textOf(message).slice(0, maxMessageChars), hasOwn(wire, 'cause') ? { cause: this.unpack(cause) } : undefined);
    hidden(error, 'stack', textOf(stack).slice(0, maxStackChars));
    if (error.name !== name) hidden(error, 'name', textOf(name).slice(0, 100));
    for (const [key, value] of entries(simpleOf(own))) {
      // What an error says of itself is said by its message and name alone.
      if (!(key in error)) define(error as unknown as Record<string, unknown>, key, isMarked && key === 'code' ? notOurs(value) : value); // an object like any other
    }
    return error;
  }
}

const protoKey = 'holds a key named __proto__';

const errorKinds = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError] as const;

function simpleOf(own: unknown): Readonly<Record<string, unknown>> {
  if (typeof own !== 'object' || own === null || Object.values(own).some((value) => typeof value === 'object' && value !== null)) return garbage();
  return own as Readonly<Record<string, unknown>>;
}

function hidden(target: object, key: string, value: string): void {
  defineProperty(target, key, { value, enumerable: false, writable: true, configurable: true });
}

/** Defined and never assigned: an assignment to `__proto__` would set the prototype. */
function define<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  else target[key] = value;
}

function strange(v: unknown): number {
  if (v === '-0') return -0;
  if (v === 'NaN') return Number.NaN;
  if (v === 'Infinity') return Number.POSITIVE_INFINITY;
  return v === '-Infinity' ? Number.NEGATIVE_INFINITY : garbage();
}

function wholeNumber(v: unknown): bigint {
  // Hexadecimal: reading a long decimal takes time that grows with its square.
  const digits = /^(-?)([0-9a-f]{1,1000000})$/.exec(textOf(v));
  if (digits === null) return garbage();
  const size = BigInt(`0x${digits[2] ?? ''}`);
  return digits[1] === '-' ? -size : size;
}

function urlOf(text: string): URL {
  // A URL that was read before has no letters but these; others take long to be made into them.
  return /^[\x20-\x7e]*$/.test(text) && URL.canParse(text) ? new URL(text) : garbage();
}

function pattern(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, within(flags, maxPatternFlags, 'flags'));
  } catch {
    return garbage();
  }
}

function view(kind: string, content: Buffer): unknown {
  if (kind === 'Buffer') return content;
  const own = new Uint8Array(content);
  if (kind === 'ArrayBuffer') return own.buffer;
  if (kind === 'DataView') return new DataView(own.buffer);
  const View = typedArrays.find(({ name }) => name === kind);
  return View === undefined || own.length % View.BYTES_PER_ELEMENT !== 0 ? garbage() : new View(own.buffer);
}

function listOf(v: unknown): readonly unknown[] {
  return isArray(v) ? v : garbage();
}

function pairOf(v: unknown): readonly [unknown, unknown] {
  return isArray(v) && v.length === 2 ? [v[0], v[1]] : garbage();
}

function textOf(v: unknown): string {
  return typeof v === 'string' ? v : garbage();
}

function garbage(): never {
  throw new WireError('holds what no wire is written like');
}
