import { Glob } from './glob.js';
import type { PlainValue } from './policy-node.js';
import { hostPattern, toolPattern, type Check } from './schema/checks.js';
import { NameListsSchema } from './schema/arguments.schema.js';
import type { SchemaClass } from './schema/key.js';
import { readToolPattern } from './tool-name.js';

/** How the entries of a list are meant: only `values` stand for nothing but themselves. */
export type EntryKind = 'tools' | 'hosts' | 'names' | 'values';

/** Globs of paths are `values` too: `*` ends at a slash there, so that one pattern does not tell what another covers. */
export function entryKind(check: Check, schema: SchemaClass): EntryKind {
  if (check === toolPattern) return 'tools';
  if (check === hostPattern) return 'hosts';
  return schema === NameListsSchema ? 'names' : 'values';
}

/** How many patterns may be compared with patterns before a load gives up. */
export class ComparisonBudget {
  #left = 4_000_000;

  /** Whether that many comparisons may still be made. */
  spend(count: number): boolean {
    this.#left -= count;
    return this.#left >= 0;
  }
}

/** A list of patterns that can tell of another pattern whether it stands for nothing that the list does not stand for. */
export class PatternCover {
  readonly #kind: EntryKind;
  readonly #entries: ReadonlySet<unknown>;
  readonly #patterns: readonly ((entry: string) => boolean)[];

  constructor(entries: readonly PlainValue[], kind: EntryKind) {
    this.#kind = kind;
    const folded = entries.map((entry) => fold(entry, kind));
    this.#entries = new Set(folded);
    const words = kind === 'values' ? [] : folded.filter((entry) => typeof entry === 'string');
    this.#patterns = words.filter((word) => word.includes('*')).map((glob) => coverOf(glob, kind));
  }

  /** How many patterns one question is compared with. */
  get cost(): number {
    return this.#patterns.length;
  }

  /** Whether the list holds the entry itself. */
  has(entry: PlainValue): boolean {
    return this.#entries.has(fold(entry, this.#kind));
  }

  covers(entry: PlainValue): boolean {
    const folded = fold(entry, this.#kind);
    return this.#entries.has(folded) || (typeof folded === 'string' && this.#patterns.some((covers) => covers(folded)));
  }
}

/** Whether some name is met by both patterns. */
export function overlap(a: string, b: string): boolean {
  if (!a.includes('*')) return b.includes('*') ? new Glob(b).matches(a) : a === b;
  if (!b.includes('*')) return new Glob(a).matches(b);
  // What stands between the first and the last `*` can always be written one after the other.
  const [startA, startB, endA, endB] = [a.slice(0, a.indexOf('*')), b.slice(0, b.indexOf('*')), a.slice(a.lastIndexOf('*') + 1), b.slice(b.lastIndexOf('*') + 1)];
  return (startA.startsWith(startB) || startB.startsWith(startA)) && (endA.endsWith(endB) || endB.endsWith(endA));
}

/** A glob that matches the text of another, with its `*` as a letter like any other, matches all that the other does. */
function coverOf(pattern: string, kind: EntryKind): (entry: string) => boolean {
  if (kind === 'hosts') return hostCover(pattern);
  if (kind === 'names') return partsCover(pattern, /[./]/);
  const glob = new Glob(pattern);
  return (entry) => glob.matches(entry);
}

function hostCover(pattern: string): (host: string) => boolean {
  const below = pattern.slice(1);
  if (pattern === '*') return (host) => host.includes('.') && !isAddress(host);
  if (pattern.startsWith('*.') && !below.includes('*')) return (host) => host.length > below.length && host.endsWith(below) && !isAddress(host);
  const covers = partsCover(pattern, /\./);
  return (host) => covers(host) && !isAddress(host);
}

/** Part by part, which holds whether `*` stops at the separator, as it does in paths of programs, or not. */
function partsCover(pattern: string, separator: RegExp): (entry: string) => boolean {
  const globs = pattern.split(separator).map((part) => new Glob(part));
  return (entry) => {
    const parts = entry.split(separator);
    return parts.length === globs.length && globs.every((glob, index) => glob.matches(parts[index] ?? ''));
  };
}

/** Addresses have rules of their own; only the same address is as strict. */
function isAddress(host: string): boolean {
  return /[:[\]]/.test(host) || /^(?:\d+|0x[0-9a-f]*)$/.test(host.slice(host.lastIndexOf('.') + 1));
}

function fold(entry: PlainValue, kind: EntryKind): PlainValue {
  if (typeof entry !== 'string') return entry;
  if (kind === 'tools') return readToolPattern(entry).canonical ?? entry;
  return kind === 'hosts' ? entry.trim().toLowerCase().replaceAll(/[\u3002\uff0e\uff61]/g, '.').replace(/\.$/, '') : entry;
}
