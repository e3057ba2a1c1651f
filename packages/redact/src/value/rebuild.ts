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
  const isTaken = (name: string): boolean => Object.hasOwn(copy, name);
  for (const { key, descriptor, value } of properties) {
    const { enumerable, configurable } = descriptor;
    const writable = descriptor.writable ?? true;
    Object.defineProperty(copy, typeof key === 'string' && kind !== 'error' && Object.hasOwn(copy, key) ? freeName(key, isTaken, turns) : key, {
      value,
      enumerable: enumerable ?? false,
      configurable: configurable ?? false,
      writable,
    });
  }
  return copy;
}

/** `name#2`, `name#3` … for a name that redaction has made equal to another. */
export function freeName(name: string, isTaken: (name: string) => boolean, turns: Map<string, number>): string {
  // Counting on from the last turn keeps ten thousand equal names linear.
  let turn = (turns.get(name) ?? 1) + 1;
  while (isTaken(`${name}#${String(turn)}`)) turn += 1;
  turns.set(name, turn);
  return `${name}#${String(turn)}`;
}

function emptyLike(original: object, kind: 'plain' | 'array' | 'instance' | 'error'): object {
  const proto = Object.getPrototypeOf(original) as object | null; // the library says any
  if (kind === 'plain' || kind === 'instance') return Object.create(proto) as object; // Object.create answers any
  const copy: object = kind === 'array' ? new Array<unknown>((original as readonly unknown[]).length) : new Error();
  if (Object.getPrototypeOf(copy) !== proto) Object.setPrototypeOf(copy, proto);
  if (kind === 'error') Reflect.deleteProperty(copy, 'stack');
  return copy;
}
