import { RedactError } from '../errors.js';
import { entriesOf, freeKey } from '../value/collections.js';
import { rebuild, type Property } from '../value/rebuild.js';
import type { ValueRedaction } from '../value/redact-value.js';
import { kindOf } from '../value/value-kind.js';
import type { PathStep } from '../value/value-path.js';
import { Walk } from '../value/walk.js';
import { Revealer, sumOf, type MayReveal } from './reveal.js';
import type { Vault } from './vault.js';

const limits = { maxBytes: 10 * 1024 * 1024, maxNodes: 100_000, maxDepth: 64 };
const noCounts: Readonly<Record<string, number>> = Object.freeze({});

/**
 * Puts values back in every text and key of arrays, plain objects, maps and sets, copying only what changed. Other
 * objects pass as they are: what stays a token gives nothing away.
 */
export function revealValue(value: unknown, vault: Pick<Vault, 'valueOf'>, allowed?: MayReveal): ValueRedaction {
  const counts = new Map<string, number>();
  const revealed = new ValueRevealer(new Revealer(vault, allowed, counts)).reveal(value);
  const changed = !Object.is(revealed, value);
  if (counts.size === 0 && !changed) return { value, count: 0, counts: noCounts, changed };
  return { value: revealed, count: sumOf(counts), counts: Object.fromEntries(counts), changed };
}

class ValueRevealer {
  readonly #revealer: Revealer;
  // Names in a path are shown as they came, with their tokens.
  readonly #walk = new Walk((text) => ({ text, findings: [] }), limits);

  constructor(revealer: Revealer) {
    this.#revealer = revealer;
  }

  reveal(value: unknown): unknown {
    this.#walk.visit(1);
    if (typeof value === 'string') return this.#text(value);
    return typeof value === 'object' && value !== null ? this.#object(value) : value;
  }

  #text(text: string): string {
    this.#walk.spend(text.length);
    return this.#revealer.text(text);
  }

  #object(value: object): unknown {
    this.#walk.enter(value);
    const revealed = this.#guarded(value);
    this.#walk.leave(value);
    return revealed;
  }

  #guarded(value: object): unknown {
    try {
      switch (kindOf(value)) {
        case 'plain':
          return this.#properties(value, 'plain');
        case 'array':
          return this.#properties(value, 'array');
        case 'map':
          return this.#map(value as Map<unknown, unknown>); // kindOf has checked its slots
        case 'set':
          return this.#set(value as Set<unknown>); // kindOf has checked its slots
        default:
          return value;
      }
    } catch (error) {
      if (error instanceof RedactError) throw error;
      // Hostile accessors and proxies throw what they like; their error may hold a value, so it is not kept.
      throw this.#walk.refusal('UNREDACTABLE', 'an object that throws when read cannot be revealed');
    }
  }

  #properties(value: object, kind: 'plain' | 'array'): unknown {
    if (Array.isArray(value)) this.#walk.room(value.length);
    const keys = Reflect.ownKeys(value);
    this.#walk.room(keys.length);
    const properties: Property[] = [];
    let changed = false;
    for (const key of keys) {
      const descriptor = kind === 'array' && key === 'length' ? undefined : Object.getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      const property = this.#property(value, key, descriptor, kind);
      changed ||= property.changed;
      properties.push(property);
    }
    return changed ? rebuild(value, kind, properties) : value;
  }

  #property(owner: object, key: string | symbol, descriptor: PropertyDescriptor, kind: 'plain' | 'array'): Property {
    const isAccessor = descriptor.get !== undefined || descriptor.set !== undefined;
    const name = kind === 'plain' && typeof key === 'string' ? this.#text(key) : key;
    const before: unknown = isAccessor ? Reflect.get(owner, key) : descriptor.value;
    const after = this.#under(kind === 'array' && typeof key === 'string' ? Number(key) : String(key), () => this.reveal(before));
    // An accessor may answer differently next time, so what was read is what is kept.
    return { key: name, descriptor, value: after, changed: isAccessor || name !== key || !Object.is(after, before) };
  }

  #map(map: Map<unknown, unknown>): unknown {
    this.#walk.room(map.size);
    const copy = new Map<unknown, unknown>();
    const turns = new Map<string, number>();
    let changed = false;
    for (const [key, before] of entriesOf(map, true)) {
      const [name, after] = this.#under(typeof key === 'string' ? key : `<${typeof key}>`, () => [this.reveal(key), this.reveal(before)] as const);
      changed ||= !Object.is(name, key) || !Object.is(after, before);
      copy.set(freeKey(name, copy, turns), after);
    }
    return changed ? copy : map;
  }

  #set(set: Set<unknown>): unknown {
    this.#walk.room(set.size);
    const copy = new Set<unknown>();
    const turns = new Map<string, number>();
    let changed = false;
    for (const [member] of entriesOf(set, false)) {
      const after = this.#under(copy.size, () => this.reveal(member));
      changed ||= !Object.is(after, member);
      copy.add(freeKey(after, copy, turns));
    }
    return changed ? copy : set;
  }

  #under<T>(step: PathStep, body: () => T): T {
    this.#walk.path.push(step);
    const answer = body();
    this.#walk.path.pop();
    return answer;
  }
}
