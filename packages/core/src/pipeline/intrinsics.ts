import { types } from 'node:util';

/** Reads a property by the built-in's own accessor, which an object cannot shadow and which refuses impostors. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- says what the accessor gives
function reader<T>(prototype: object, key: string | symbol): (value: object) => T {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- bound by every call of it
  const get = Object.getOwnPropertyDescriptor(prototype, key)?.get;
  if (get === undefined) throw new TypeError(`no built-in accessor ${String(key)}`);
  return (value) => get.call(value) as T; // the accessor's own type
}

const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** What built-in objects hold, read past anything that an object or its class puts in the way. */
export const intrinsic = {
  href: reader<string>(URL.prototype, 'href'),
  aborted: reader<boolean>(AbortSignal.prototype, 'aborted'),
  source: reader<string>(RegExp.prototype, 'source'),
  flags: reader<string>(RegExp.prototype, 'flags'),
  bufferLength: reader<number>(ArrayBuffer.prototype, 'byteLength'),
  typedArray: {
    buffer: reader<ArrayBuffer>(typedArrayPrototype, 'buffer'),
    byteOffset: reader<number>(typedArrayPrototype, 'byteOffset'),
    byteLength: reader<number>(typedArrayPrototype, 'byteLength'),
    tag: reader<string>(typedArrayPrototype, Symbol.toStringTag),
  },
  dataView: {
    buffer: reader<ArrayBuffer>(DataView.prototype, 'buffer'),
    byteOffset: reader<number>(DataView.prototype, 'byteOffset'),
    byteLength: reader<number>(DataView.prototype, 'byteLength'),
  },
};

export const typedArrays = [
  Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array, Int8Array, Int16Array, Int32Array,
  Float32Array, Float64Array, BigInt64Array, BigUint64Array,
] as const;

/** True for the prototype of a class, all the way up, with nothing on it that could pass for data. */
export function isClassPrototype(prototype: unknown): prototype is object {
  for (let level = prototype; level !== null && level !== Object.prototype; level = Object.getPrototypeOf(level) as unknown) {
    if (typeof level !== 'object' || types.isProxy(level) || Object.keys(level).length > 0) return false;
    const constructor: unknown = Object.getOwnPropertyDescriptor(level, 'constructor')?.value;
    if (typeof constructor !== 'function' || constructor.prototype !== level) return false;
  }
  return true;
}
