import { RedactionError } from '@enforcecore/core';

/** Cleans a value inside of another. */
export type CleanPart = (value: unknown, name?: string) => unknown;

/**
 * An object that is no plain data, cleaned: of the same class, with its own properties cleaned; itself where there is nothing
 * to hide. What gives its content by itself, a stream or a promise, is refused, and so is what still tells something to hide.
 *
 * @throws RedactionError
 */
export function cleanInstance(value: object, clean: CleanPart): unknown {
  if (value instanceof Date || value instanceof RegExp || value instanceof AbortSignal) return value;
  if (value instanceof URL) return cleanUrl(value, clean);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return cleanBytes(value, clean);
  if (value instanceof Map) return rebuilt(value, [...value], clean, (items) => new Map(items as (readonly [unknown, unknown])[])); // pairs stay pairs
  if (value instanceof Set) return rebuilt(value, [...value], clean, (items) => new Set(items));
  if (Symbol.asyncIterator in value || Symbol.iterator in value || 'then' in value) throw new RedactionError(`a ${nameOf(value)} gives its content by itself, so it cannot be cleaned here, and is not let through; clean what it gives`);
  const copy = cleanFields(value, clean);
  refuseLeft(copy, value, clean);
  return copy;
}

function rebuilt(value: object, items: readonly unknown[], clean: CleanPart, make: (items: readonly unknown[]) => object): object {
  const cleaned = clean(items);
  return cleaned === items ? value : make(cleaned as readonly unknown[]); // a list stays one
}

function cleanUrl(value: URL, clean: CleanPart): URL {
  // Written in a URL, much that would be found is escaped.
  const text = unescaped(value.href);
  const cleaned = clean(text);
  if (cleaned === text) return value;
  if (typeof cleaned === 'string' && URL.canParse(cleaned)) return new URL(cleaned);
  throw new RedactionError('a URL holds something that the policy hides, and is no URL without it, so it is not let through');
}

function unescaped(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text; // escapes of something that is no text
  }
}

/** Bytes that are a text are cleaned as one; others are media. */
function cleanBytes(value: ArrayBuffer | ArrayBufferView, clean: CleanPart): unknown {
  const text = textIn(value);
  if (text === undefined) return value;
  const cleaned = clean(text);
  if (cleaned === text) return value;
  const bytes = new TextEncoder().encode(cleaned as string); // a text stays one
  if (value instanceof ArrayBuffer) return bytes.buffer;
  if (value.constructor === Uint8Array) return bytes;
  if (Buffer.isBuffer(value)) return Buffer.from(bytes);
  throw new RedactionError('bytes hold a text with something that the policy hides, so they are not let through');
}

function textIn(value: ArrayBuffer | ArrayBufferView): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value as Uint8Array<ArrayBuffer>); // any of the two, and any kind of memory
  } catch {
    return undefined; // no text
  }
}

function cleanFields(value: object, clean: CleanPart): object {
  const keys = Reflect.ownKeys(value);
  const before = keys.map((key) => Reflect.get(value, key) as unknown);
  const after = keys.map((key, i) => clean(before[i], typeof key === 'string' ? key : undefined));
  if (after.every((item, i) => item === before[i])) return value;
  const copy = Object.create(Object.getPrototypeOf(value) as object) as object; // of the same class
  for (const [i, key] of keys.entries()) {
    Object.defineProperty(copy, key, { value: after[i], enumerable: Object.prototype.propertyIsEnumerable.call(value, key), writable: true, configurable: true });
  }
  return copy;
}

/** What an object tells besides its properties: private state, by an accessor or `toJSON`. */
function refuseLeft(copy: object, value: object, clean: CleanPart): void {
  for (const tell of tellers(copy)) {
    const told = tell();
    if (typeof told === 'string' && clean(told) !== told) throw new RedactionError(`a ${nameOf(value)} holds something that the policy hides where it cannot be replaced, so it is not let through`);
  }
}

function tellers(copy: object): readonly (() => unknown)[] {
  const found: (() => unknown)[] = [];
  for (let level = Object.getPrototypeOf(copy) as object | null; level !== null && level !== Object.prototype; level = Object.getPrototypeOf(level) as object | null) {
    for (const [key, how] of Object.entries(Object.getOwnPropertyDescriptors(level))) if (how.get !== undefined && key !== '__proto__') found.push(() => Reflect.get(copy, key) as unknown);
  }
  if ('toJSON' in copy) found.push(() => JSON.stringify(copy));
  return found;
}

function nameOf(value: object): string {
  const { name } = value.constructor as { readonly name?: unknown };
  return typeof name === 'string' && /^\w{1,40}$/.test(name) ? name : 'object of a class';
}
