import { cleanMap, cleanSet } from '../value/collections.js';
import { cleanProperties, type MemberCleaner } from '../value/properties.js';
import type { ValueRedaction } from '../value/redact-value.js';
import { kindOf, type ValueKind } from '../value/value-kind.js';
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
  const revealed = revealedBy(new ValueRevealer(new Revealer(vault, allowed, counts)), value);
  const changed = !Object.is(revealed, value);
  if (counts.size === 0 && !changed) return { value, count: 0, counts: noCounts, changed };
  return { value: revealed, count: sumOf(counts), counts: Object.fromEntries(counts), changed };
}

class ValueRevealer implements MemberCleaner {
  // Names in a path are shown as they came, with their tokens.
  readonly walk = new Walk((text) => ({ text, findings: [] }), limits);
  readonly #revealer: Revealer;

  constructor(revealer: Revealer) {
    this.#revealer = revealer;
  }

  clean(value: unknown): unknown {
    this.walk.visit(1);
    if (typeof value === 'string') return this.#text(value);
    return typeof value === 'object' && value !== null ? this.#object(value) : value;
  }

  nameOf(key: string | symbol, kind: ValueKind): string | symbol {
    return typeof key === 'string' && kind === 'plain' ? this.#text(key) : key;
  }

  /** Errors are not walked. */
  cleanStack(stack: string): string {
    return stack;
  }

  #text(text: string): string {
    this.walk.spend(text.length);
    return this.#revealer.text(text);
  }

  #object(value: object): unknown {
    this.walk.enter(value);
    const revealed = this.#byKind(value);
    this.walk.leave();
    return revealed;
  }

  #byKind(value: object): unknown {
    const kind = kindOf(value);
    if (kind === 'plain' || kind === 'array') return cleanProperties(value, kind, this);
    if (kind === 'map') return cleanMap(value as Map<unknown, unknown>, this); // kindOf has checked its slots
    return kind === 'set' ? cleanSet(value as Set<unknown>, this) : value; // kindOf has checked its slots
  }
}

function revealedBy(revealer: ValueRevealer, value: unknown): unknown {
  try {
    return revealer.clean(value);
  } catch (error) {
    throw revealer.walk.failure(error);
  }
}
