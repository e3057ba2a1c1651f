import type { ValueKind } from './value-kind.js';

const builtIn: ReadonlySet<unknown> = new Set<unknown>([Reflect.get(Date.prototype, 'toJSON'), Reflect.get(URL.prototype, 'toJSON')]);

/** The `toJSON` a serialiser would call, unless the walk knows its answer already. */
export function toJsonOf(value: object, kind: ValueKind): ((key: string) => unknown) | undefined {
  if (kind === 'bytes' || kind === 'numeric' || kind === 'buffer' || kind === 'opaque') return undefined;
  const method: unknown = (value as { readonly toJSON?: unknown }).toJSON; // any object may have one
  if (typeof method !== 'function' || builtIn.has(method)) return undefined;
  return (key) => Reflect.apply(method, value, [key]) as unknown; // the library says any
}
