import { RedactError } from '../errors.js';
import type { TextRedaction } from '../finding.js';
import { ValueWalker } from './value-walker.js';
import { Walk, type WalkLimits } from './walk.js';

/** What one value may cost; more is refused with `BUDGET`, never skipped. */
export interface ValueLimits {
  /** Characters of all strings and keys, and bytes of all byte arrays; 10 Mi by default. */
  readonly maxBytes?: number | undefined;
  /** Values visited, a shared one once per place; 100 000 by default. */
  readonly maxNodes?: number | undefined;
  /** Nesting; 64 by default. */
  readonly maxDepth?: number | undefined;
  /** Which objects nobody can look into and are refused with `UNREDACTABLE`; in Node `util.types.isProxy`. */
  readonly isOpaque?: ((value: object) => boolean) | undefined;
}

/** A value with its findings replaced. Nothing found: `value` is the value given, by identity. */
export interface ValueRedaction<T = unknown> {
  readonly value: T;
  readonly count: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly changed: boolean;
}

/** How `redactValue` redacts one text; `name` is the property it stands under, when there is one. */
export type RedactText = (text: string, name?: string) => TextRedaction;

const usualLimits: WalkLimits = { maxBytes: 10 * 1024 * 1024, maxNodes: 100_000, maxDepth: 64 };
const noCounts: Readonly<Record<string, number>> = Object.freeze({});

/**
 * Redacts every text in a value: keys, values, maps, sets, bytes, errors. What cannot be read is refused with
 * `UNREDACTABLE`, because a value that was not looked at must not pass.
 */
export function redactValue(value: unknown, redact: RedactText, limits?: ValueLimits): ValueRedaction {
  const walk = new Walk(redact, limits === undefined ? usualLimits : limitsOf(limits));
  const cleaned = cleanedBy(new ValueWalker(walk, opaqueness(limits?.isOpaque)), value);
  const changed = !Object.is(cleaned, value);
  if (walk.count === 0 && !changed) return { value, count: 0, counts: noCounts, changed: false };
  return { value: cleaned, count: walk.count, counts: Object.fromEntries(walk.counts), changed };
}

function cleanedBy(walker: ValueWalker, value: unknown): unknown {
  try {
    return walker.clean(value);
  } catch (error) {
    throw walker.walk.failure(error);
  }
}

// Recursion follows the nesting, so the nesting a caller may allow is bounded by the stack.
const deepest = 1000;

function limitsOf(limits: ValueLimits): WalkLimits {
  return {
    maxBytes: bound(limits.maxBytes, usualLimits.maxBytes, 'maxBytes'),
    maxNodes: bound(limits.maxNodes, usualLimits.maxNodes, 'maxNodes'),
    maxDepth: bound(limits.maxDepth, usualLimits.maxDepth, 'maxDepth'),
  };
}

function bound(given: number | undefined, usual: number, name: string): number {
  if (given === undefined) return usual;
  if (typeof given !== 'number' || !(given >= 0)) throw new RedactError('OPTIONS', `${name} must be a number of at least 0`);
  return name === 'maxDepth' ? Math.min(given, deepest) : given;
}

function opaqueness(given: ValueLimits['isOpaque']): ValueLimits['isOpaque'] {
  if (given !== undefined && typeof given !== 'function') throw new RedactError('OPTIONS', 'isOpaque must be a function');
  return given;
}
