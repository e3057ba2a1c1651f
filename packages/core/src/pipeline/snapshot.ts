import { types } from 'node:util';
import { InputTooLargeError, InvalidInputError } from '../errors.js';
import { intrinsic, isClassPrototype, typedArrays } from './intrinsics.js';

/** What one call's arguments may hold together. Over any of them the call is blocked. */
export interface SnapshotLimits {
  /** UTF-8 bytes of all text, keys and binary data. */
  readonly maxBytes: number;
  /** Values, counting a value that is reachable twice twice. */
  readonly maxNodes: number;
  readonly maxDepth: number;
}

export const defaultSnapshotLimits: SnapshotLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxNodes: 100_000,
  maxDepth: 64,
};

/**
 * A deep, frozen copy of the arguments (L5). Every accessor and proxy trap runs once, here: what is checked afterwards is
 * what runs. Values that cannot be copied and checked as data are refused with the path to them.
 *
 * @throws InputTooLargeError over a limit; InvalidInputError for what is not data.
 */
export function takeSnapshot(
  args: readonly unknown[],
  names: (index: number) => string,
  opaque: (index: number) => boolean,
  limits: SnapshotLimits = defaultSnapshotLimits,
): readonly unknown[] {
  const copier = new Copier(limits, names);
  // By index and not by the list's own methods, which a hostile list could bring along.
  const copies: unknown[] = [];
  for (let i = 0, length = copier.lengthOf(args); i < length; i += 1) {
    const value: unknown = args[i];
    copies.push(opaque(i) ? value : copier.root(value, i));
  }
  return Object.freeze(copies);
}

class Copier {
  readonly #limits: SnapshotLimits;
  #bytes = 0;
  #nodes = 0;
  readonly #nameOf: (index: number) => string;
  readonly #path: (string | number)[] = [];
  readonly #ancestors: object[] = [];
  #root = 0;

  constructor(limits: SnapshotLimits, nameOf: (index: number) => string) {
    this.#limits = limits;
    this.#nameOf = nameOf;
  }

  /** A list's length, when it is a list that can be copied within the limits. */
  lengthOf(list: readonly unknown[]): number {
    if (types.isProxy(list) || !Array.isArray(list)) this.#refuse('is no plain list');
    const { length } = list;
    if (length > this.#limits.maxNodes - this.#nodes) this.#tooLarge(`more than ${String(this.#limits.maxNodes)} values`);
    return length;
  }

  root(value: unknown, index: number): unknown {
    this.#root = index;
    try {
      return this.#copy(value);
    } catch (error) {
      if (error instanceof InputTooLargeError || error instanceof InvalidInputError) throw error;
      // A getter, a proxy trap or a revoked proxy threw: hostile or broken, in either case not data.
      throw new InvalidInputError(`argument ${this.#where()} could not be read`, { cause: error });
    }
  }

  #copy(value: unknown): unknown {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.maxNodes) this.#tooLarge(`more than ${String(this.#limits.maxNodes)} values`);
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'object':
        return value === null ? null : this.#descend(value);
      case 'number':
      case 'boolean':
      case 'undefined':
        return value;
      case 'bigint':
        // Text of a bigint is about 0.3 digits a bit; a huge one is as good an attack as a huge string.
        this.#spend(value.toString(16).length);
        return value;
      case 'function':
        return this.#refuse('is a function');
      case 'symbol':
        return this.#refuse('is a symbol');
    }
  }

  #text(value: string): string {
    this.#spend(value.length > 0 ? Buffer.byteLength(value) : 0);
    if (!value.isWellFormed()) this.#refuse('has a lone surrogate, so it is not Unicode text');
    return value;
  }

  #descend(value: object): unknown {
    if (this.#ancestors.length >= this.#limits.maxDepth) {
      if (this.#ancestors.includes(value) || new Set(this.#ancestors).size < this.#ancestors.length) this.#refuse('is cyclic');
      this.#tooLarge(`nested deeper than ${String(this.#limits.maxDepth)} levels`);
    }
    this.#ancestors.push(value);
    const copy = this.#copyObject(value);
    this.#ancestors.pop();
    return copy;
  }

  #copyObject(value: object): unknown {
    // A proxy can answer every reader differently, so no copy of it is what the next reader would have seen.
    if (types.isProxy(value)) this.#refuse('is a proxy');
    if (Array.isArray(value)) return this.#array(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null || isForeignPlain(prototype)) {
      return this.#properties(value, prototype === null ? (Object.create(null) as object) : {});
    }
    const special = this.#special(value);
    if (special !== undefined) return special;
    // A class instance: its own data on the same prototype. Private fields are not data that anyone could check.
    if (!isClassPrototype(prototype)) this.#refuse('is neither plain data nor an instance of a class');
    return this.#properties(value, Object.create(prototype) as object);
  }

  #array(value: readonly unknown[]): readonly unknown[] {
    const length = this.lengthOf(value);
    const copy = new Array<unknown>(length);
    for (let i = 0; i < length; i += 1) copy[i] = this.#at(i, value[i]);
    // Anything else on the array (a named property, a symbol) would be lost in silence.
    if (Object.keys(value).length > length || hasSymbolKeys(value)) this.#refuse('is an array with extra properties');
    return Object.freeze(copy);
  }

  #properties(value: object, copy: object): object {
    if (hasSymbolKeys(value)) this.#refuse('has a symbol key');
    for (const key of Object.keys(value)) {
      const item = this.#at(this.#text(key), (value as Record<string, unknown>)[key]);
      if (key === '__proto__' || !Object.isExtensible(copy) || key in copy) {
        // Defined, not assigned: an assignment would run the prototype's setter, or set the prototype itself.
        Object.defineProperty(copy, key, { value: item, enumerable: true, writable: true, configurable: true });
      } else {
        (copy as Record<string, unknown>)[key] = item;
      }
    }
    return Object.freeze(copy);
  }

  /** Built-in objects whose content is not in their properties. `undefined` for anything else. */
  #special(value: object): unknown {
    if (value instanceof Map || types.isMap(value)) return this.#map(value);
    if (value instanceof Set || types.isSet(value)) return this.#set(value);
    if (types.isDate(value)) return Object.freeze(new Date(Date.prototype.getTime.call(value)));
    if (types.isRegExp(value)) return this.#pattern(value);
    if (value instanceof URL) return new URL(this.#text(intrinsic.href(value)));
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (types.isArrayBuffer(value)) return this.#bytesOf(value, 0, intrinsic.bufferLength(value)).buffer;
    if (types.isBoxedPrimitive(value)) return this.#refuse('is a boxed primitive');
    if (value instanceof AbortSignal) return this.#signal(value);
    if (types.isNativeError(value)) return this.#error(value);
    const kind = uncopyable(value);
    return kind === undefined ? undefined : this.#refuse(`is ${kind}`);
  }

  #map(value: ReadonlyMap<unknown, unknown>): ReadonlyMap<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    for (const [key, item] of Map.prototype.entries.call(value)) copy.set(this.#at('(key)', key), this.#at('(value)', item));
    return copy;
  }

  #set(value: ReadonlySet<unknown>): ReadonlySet<unknown> {
    const copy = new Set<unknown>();
    for (const item of Set.prototype.values.call(value)) copy.add(this.#at('(item)', item));
    return copy;
  }

  #view(value: ArrayBufferView): ArrayBufferView {
    const read = types.isDataView(value) ? intrinsic.dataView : intrinsic.typedArray;
    const buffer = read.buffer(value);
    if (types.isSharedArrayBuffer(buffer)) this.#refuse('lies in shared memory, where another thread could change it');
    const bytes = this.#bytesOf(buffer, read.byteOffset(value), read.byteLength(value));
    if (types.isDataView(value)) return new DataView(bytes.buffer);
    if (Buffer.isBuffer(value)) return Buffer.from(bytes.buffer);
    const kind = intrinsic.typedArray.tag(value);
    const View = typedArrays.find(({ name }) => name === kind);
    return View === undefined ? this.#refuse('is a view of bytes that is not known') : new View(bytes.buffer);
  }

  #bytesOf(buffer: ArrayBuffer, offset: number, length: number): Uint8Array<ArrayBuffer> {
    this.#spend(length);
    const copy = new Uint8Array(length);
    copy.set(new Uint8Array(buffer, offset, length));
    return copy;
  }

  #pattern(value: RegExp): RegExp {
    const source = this.#text(intrinsic.source(value));
    return Object.freeze(new RegExp(source, intrinsic.flags(value)));
  }

  /** Handed over as it is: it holds nothing but whether and why it was aborted. */
  #signal(value: AbortSignal): AbortSignal {
    intrinsic.aborted(value); // throws for what only looks like a signal
    if (Object.keys(value).length > 0) this.#refuse('is a signal with properties of its own');
    return value;
  }

  #error(value: Error): object {
    const copy = Object.create(Object.getPrototypeOf(value) as object) as Error;
    for (const key of ['message', 'stack', 'cause'] as const) {
      if (!Object.hasOwn(value, key)) continue;
      const item = this.#at(key, value[key]);
      Object.defineProperty(copy, key, { value: item, enumerable: false, writable: true, configurable: true });
    }
    return this.#properties(value, copy);
  }

  #at(step: string | number, value: unknown): unknown {
    this.#path.push(step);
    const copy = this.#copy(value);
    this.#path.pop();
    return copy;
  }

  #spend(bytes: number): void {
    this.#bytes += bytes;
    if (!(this.#bytes <= this.#limits.maxBytes)) this.#tooLarge(`over ${String(this.#limits.maxBytes)} bytes`);
  }

  #tooLarge(what: string): never {
    throw new InputTooLargeError(`the arguments are ${what} (reached at ${this.#where()})`);
  }

  #refuse(what: string): never {
    throw new InvalidInputError(
      `argument ${this.#where()} ${what}; tools take plain data, and what cannot be copied cannot be checked ` +
        '(list a parameter in `opaque` to hand it over unchecked)',
    );
  }

  /** The path to the current value. Keys come from the caller, so only short, plain ones are repeated. */
  #where(): string {
    const steps = this.#path.map(shown);
    // A cycle goes round until the depth limit: its first steps say it all.
    const some = steps.length > 8 ? [...steps.slice(0, 4), '…'] : steps;
    return [this.#nameOf(this.#root), ...some].join('.').replaceAll('.[', '[');
  }
}

function shown(step: string | number): string {
  if (typeof step === 'number') return `[${String(step)}]`;
  return /^(?:[A-Za-z_][\w-]{0,39}|\((?:key|value|item)\))$/.test(step) ? step : '(key)';
}

function hasSymbolKeys(value: object): boolean {
  const symbols = Object.getOwnPropertySymbols(value);
  return symbols.length > 0 && symbols.some((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol));
}

/** A plain object of another realm (a `vm` context, a test runner): its prototype is that realm's Object.prototype. */
function isForeignPlain(prototype: unknown): boolean {
  return (
    typeof prototype === 'object' &&
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, 'hasOwnProperty') &&
    Object.hasOwn(prototype, 'isPrototypeOf')
  );
}

function uncopyable(value: object): string | undefined {
  if (types.isPromise(value)) return 'a promise';
  if (types.isWeakMap(value) || types.isWeakSet(value)) return 'a weak collection';
  if (types.isGeneratorObject(value)) return 'a generator';
  if (types.isSharedArrayBuffer(value)) return 'shared memory';
  if (value instanceof ReadableStream || value instanceof WritableStream) return 'a stream';
  if (value instanceof Blob) return 'a blob';
  return types.isExternal(value) || types.isModuleNamespaceObject(value) ? 'a host object' : undefined;
}
