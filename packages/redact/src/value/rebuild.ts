type Key = string | symbol;

/** What an object is to be made of: its keys, what they are called now, and the values they have now. */
export interface Parts {
  readonly keys: readonly Key[];
  readonly names: readonly Key[];
  readonly values: readonly unknown[];
}

const usualPrototypes: ReadonlySet<unknown> = new Set<unknown>([Object.prototype, Array.prototype]);

/** Stands for a key that was listed and not there. */
export const absent = Symbol('absent');

/** A copy with the same prototype and flags; `__proto__` is only a name. */
export function rebuild(original: object, kind: 'plain' | 'array' | 'instance' | 'error', { keys, names, values }: Parts): object {
  const copy = emptyLike(original, kind);
  const turns = new Map<string, number>();
  const isTaken = (name: string): boolean => Object.hasOwn(copy, name);
  const isUsual = usualPrototypes.has(Object.getPrototypeOf(copy));
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at];
    const name = names[at];
    const value = values[at];
    if (value === absent || key === undefined || name === undefined) continue;
    const flags = Object.getOwnPropertyDescriptor(original, key);
    // Assigning is ten times faster than defining and the same where nothing of that name is there, not even inherited.
    if (isUsual && flags?.writable === true && flags.enumerable === true && flags.configurable === true && !(name in copy)) {
      (copy as Record<Key, unknown>)[name] = value; // an ordinary object takes any key
      continue;
    }
    const isFree = typeof name !== 'string' || kind === 'error' || !isTaken(name);
    Object.defineProperty(copy, isFree ? name : freeName(name, isTaken, turns), {
      value,
      enumerable: flags?.enumerable ?? false,
      configurable: flags?.configurable ?? false,
      writable: flags?.writable ?? true,
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
  if (proto === Object.prototype && kind === 'plain') return {};
  if (kind === 'plain' || kind === 'instance') return Object.create(proto) as object; // Object.create answers any
  const copy: object = kind === 'array' ? new Array<unknown>((original as readonly unknown[]).length) : new Error();
  if (Object.getPrototypeOf(copy) !== proto) Object.setPrototypeOf(copy, proto);
  if (kind === 'error') Reflect.deleteProperty(copy, 'stack');
  return copy;
}
