/** One own property after cleaning. */
export interface Property {
  readonly key: string | symbol;
  readonly descriptor: PropertyDescriptor;
  readonly value: unknown;
  readonly changed: boolean;
}

/** A copy with the same prototype and flags; keys are defined, never assigned, so `__proto__` is only a name. */
export function rebuild(original: object, kind: 'plain' | 'array' | 'instance' | 'error', properties: readonly Property[]): object {
  const copy = emptyLike(original, kind);
  const turns = new Map<string, number>();
  for (const { key, descriptor, value } of properties) {
    const { enumerable, configurable } = descriptor;
    const writable = descriptor.writable ?? true;
    Object.defineProperty(copy, typeof key === 'string' && kind !== 'error' ? freeKey(copy, key, turns) : key, {
      value,
      enumerable: enumerable ?? false,
      configurable: configurable ?? false,
      writable,
    });
  }
  return copy;
}

function freeKey(copy: object, key: string, turns: Map<string, number>): string {
  if (!Object.hasOwn(copy, key)) return key;
  // Counting on from the last turn keeps ten thousand equal keys linear.
  let turn = (turns.get(key) ?? 1) + 1;
  while (Object.hasOwn(copy, `${key}#${String(turn)}`)) turn += 1;
  turns.set(key, turn);
  return `${key}#${String(turn)}`;
}

function emptyLike(original: object, kind: 'plain' | 'array' | 'instance' | 'error'): object {
  const proto: object | null = Object.getPrototypeOf(original);
  if (kind === 'plain' || kind === 'instance') return Object.create(proto) as object; // Object.create answers any
  const copy: object = kind === 'array' ? new Array<unknown>((original as readonly unknown[]).length) : new Error();
  if (Object.getPrototypeOf(copy) !== proto) Object.setPrototypeOf(copy, proto);
  if (kind === 'error') Reflect.deleteProperty(copy, 'stack');
  return copy;
}
