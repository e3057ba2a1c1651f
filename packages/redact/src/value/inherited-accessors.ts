import { isObjectPrototype, kindOf } from './value-kind.js';
import type { Walk } from './walk.js';

type Key = string | symbol;
type Scan = (value: string | number | bigint, name: string | undefined) => void;

// Their own accessors show nothing that the walk has not seen.
const builtIns: ReadonlySet<unknown> = new Set<unknown>([Array.prototype, Map.prototype, Set.prototype, Error.prototype]);
// Hostile input: a proxy may invent prototypes without end.
const longestChain = 100;

/** Looks behind the getters of classes. No copy can change them, so a finding there is refused. */
export class InheritedAccessors {
  readonly #walk: Walk;
  readonly #isOpaque: (value: object) => boolean;
  readonly #scan: Scan;
  readonly #keys = new Map<object, readonly Key[]>();
  readonly #clean = new Set<object>();

  constructor(walk: Walk, isOpaque: (value: object) => boolean, scan: Scan) {
    this.#walk = walk;
    this.#isOpaque = isOpaque;
    this.#scan = scan;
  }

  /** Whether a prototype has no getters that could show something; most objects have one of these two. */
  static isPlain(proto: unknown): boolean {
    return proto === Object.prototype || proto === Array.prototype;
  }

  /** Reads every inherited getter once, on the object that is handed on. */
  check(shown: object): void {
    if (this.#clean.has(shown)) return;
    for (const key of this.#keysOf(shown)) {
      if (Object.hasOwn(shown, key)) continue;
      this.#walk.at(String(key));
      this.#look(this.#read(shown, key), typeof key === 'string' ? key : undefined);
    }
    this.#walk.at(undefined);
    this.#clean.add(shown);
  }

  #read(shown: object, key: Key): unknown {
    try {
      return Reflect.get(shown, key);
    } catch {
      // Its error may hold the value, so it is not kept.
      throw this.#walk.refusal('UNREDACTABLE', 'an accessor that throws cannot be redacted');
    }
  }

  #keysOf(value: object): readonly Key[] {
    const proto = Object.getPrototypeOf(value) as object | null; // the library says any
    if (proto === null) return [];
    const known = this.#keys.get(proto);
    if (known !== undefined) return known;
    const keys = this.#list(proto);
    this.#keys.set(proto, keys);
    return keys;
  }

  #list(proto: object): readonly Key[] {
    const getters = new Map<Key, boolean>();
    let links = 0;
    for (let at: object | null = proto; at !== null && !builtIns.has(at) && !isObjectPrototype(at); at = Object.getPrototypeOf(at) as object | null) {
      links += 1;
      if (links > longestChain || this.#isOpaque(at)) throw this.#walk.refusal('UNREDACTABLE', 'an object with opaque prototypes cannot be redacted');
      for (const key of Reflect.ownKeys(at)) {
        if (!getters.has(key)) getters.set(key, Object.getOwnPropertyDescriptor(at, key)?.get !== undefined);
      }
    }
    return [...getters].flatMap(([key, isGetter]) => (isGetter ? [key] : []));
  }

  /** Text, numbers, and the members of plain data; instances, streams and promises are not followed. */
  #look(value: unknown, name: string | undefined): void {
    if (typeof value !== 'object' || value === null) {
      this.#glance(value, name);
      return;
    }
    if (this.#isOpaque(value)) return;
    const kind = kindOf(value);
    if (kind !== 'plain' && kind !== 'array') return;
    const keys = Reflect.ownKeys(value).filter((key) => typeof key === 'string');
    this.#walk.room(keys.length);
    this.#walk.visit(keys.length);
    this.#walk.lookInto();
    for (const key of keys) {
      this.#walk.at(key);
      if (kind === 'plain') this.#glance(key, undefined);
      this.#glance(Object.getOwnPropertyDescriptor(value, key)?.value, key);
    }
    this.#walk.leave();
  }

  #glance(value: unknown, name: string | undefined): void {
    const before = this.#walk.count;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') this.#scan(value, name);
    if (this.#walk.count > before) throw this.#walk.refusal('UNREDACTABLE', 'a finding behind an inherited accessor cannot be redacted');
  }
}
