/** How a value is walked. `opaque` ones hold data nobody can see from outside. */
export type ValueKind =
  | 'plain' | 'array' | 'instance' | 'map' | 'set' | 'date' | 'regexp' | 'url' | 'search' | 'error' | 'bytes' | 'buffer' | 'numeric'
  | 'text' | 'boxed' | 'opaque';

const opaqueTags: ReadonlySet<string> = new Set([
  'Promise', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'Generator', 'AsyncGenerator', 'GeneratorFunction', 'AsyncFunction',
  'ReadableStream', 'WritableStream', 'TransformStream', 'Response', 'Request', 'Headers', 'FormData', 'Blob', 'File', 'MessagePort',
  'Map Iterator', 'Set Iterator', 'Array Iterator', 'String Iterator', 'RegExp String Iterator', 'Iterator Helper', 'Module', 'Symbol',
  'SharedArrayBuffer', 'AbortSignal', 'EventTarget', 'CryptoKey', 'Function', 'BigInt', 'URLSearchParams Iterator', 'Headers Iterator',
]);

const byTag: ReadonlyMap<string, ValueKind> = new Map<string, ValueKind>([
  ['Date', 'date'], ['RegExp', 'regexp'], ['Error', 'error'], ['DOMException', 'error'], ['String', 'text'], ['Number', 'boxed'],
  ['Boolean', 'boxed'], ['ArrayBuffer', 'buffer'], ['URL', 'url'], ['URLSearchParams', 'search'],
]);

/** Sorts an object by what it is, not by what it says: values of other realms and subclasses included. */
export function kindOf(value: object): ValueKind {
  if (Array.isArray(value)) return 'array';
  const proto: unknown = Object.getPrototypeOf(value);
  if (ArrayBuffer.isView(value)) return isNumeric(value) ? 'numeric' : 'bytes';
  const shown = Object.prototype.toString.call(value);
  if (shown === '[object Object]' && (proto === null || isObjectPrototype(proto))) return isThenable(value) ? 'opaque' : 'plain';
  const tag = shown.slice(8, -1);
  if (value instanceof Map || (tag === 'Map' && hasSlot(() => slotOf(Map, value)))) return 'map';
  if (value instanceof Set || (tag === 'Set' && hasSlot(() => slotOf(Set, value)))) return 'set';
  if (value instanceof Error) return 'error';
  if (opaqueTags.has(tag) || value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) return 'opaque';
  return byTag.get(tag) ?? (isStreamLike(value) ? 'opaque' : 'instance');
}

/** Asks the slot itself, whatever the object's own `size` says. */
function slotOf(type: typeof Map | typeof Set, value: object): unknown {
  return Reflect.get(type.prototype, 'size', value);
}

function hasSlot(read: () => unknown): boolean {
  try {
    return typeof read() === 'number';
  } catch {
    return false; // it only calls itself so; it is walked as an ordinary object
  }
}

/** `Object.prototype` of this realm or another: it has no prototype of its own and does have `hasOwnProperty`. */
export function isObjectPrototype(proto: unknown): boolean {
  if (proto === Object.prototype) return true;
  return typeof proto === 'object' && proto !== null && Object.getPrototypeOf(proto) === null && Object.hasOwn(proto, 'hasOwnProperty');
}

function isNumeric(view: ArrayBufferView): boolean {
  return view.byteLength > 0 && 'BYTES_PER_ELEMENT' in view && view.BYTES_PER_ELEMENT !== 1;
}

function isThenable(value: object): boolean {
  return 'then' in value && typeof value.then === 'function';
}

/** Streams, thenables and asynchronous iterables yield their data later, past any redaction. */
function isStreamLike(value: object): boolean {
  if (isThenable(value) || Symbol.asyncIterator in value) return true;
  return 'pipe' in value && typeof value.pipe === 'function' && 'on' in value;
}
