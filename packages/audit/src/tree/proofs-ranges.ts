import { isHash } from '../entry/digest.js';
import { TrailError } from '../errors.js';
import { TreeBuilder } from './tree-state.js';

/** The leaves from `start` up to, but without, `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** RFC 9162, 2.1.1: the largest power of two smaller than the size, which must be over 1. */
function splitOf(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** RFC 9162, 2.1.3.1: the subtrees whose roots are the inclusion proof, in its order. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    ranges.push(index < middle ? { start: middle, end } : { start, end: middle });
    if (index < middle) end = middle;
    else start = middle;
  }
  return ranges.reverse();
}

/** RFC 9162, 2.1.4.1: the subtrees whose roots are the consistency proof, in its order; each is wholly old or wholly new. */
export function consistencyRanges(oldSize: number, newSize: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [start, end] = [0, newSize];
  while (end !== oldSize) {
    const middle = start + splitOf(end - start);
    ranges.push(oldSize <= middle ? { start: middle, end } : { start, end: middle });
    if (oldSize <= middle) end = middle;
    else start = middle;
  }
  // Whoever verifies has the old root already where the old tree is this very subtree.
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** Takes leaves in order and keeps the roots over some ranges of them, in memory that grows with the logarithm of their number. */
export class RangeRoots {
  readonly #ranges: readonly LeafRange[];
  readonly #roots = new Map<number, string>();
  #index: number;
  #next = 0;
  #builder = new TreeBuilder();

  /** `first` is the index of the first leaf to come; the ranges may not overlap, and may stand in any order. */
  constructor(ranges: readonly LeafRange[], first: number) {
    this.#ranges = ranges.filter(({ start }) => start >= first).sort((a, b) => a.start - b.start);
    this.#index = first;
  }

  /** How many leaves went by, those before the first included. */
  get index(): number {
    return this.#index;
  }

  add(leaf: string): void {
    if (!isHash(leaf)) throw new TrailError('FORMAT', '', `cannot prove anything over leaf ${this.#index}: expected a SHA-256 in hex`);
    const range = this.#ranges[this.#next];
    const index = this.#index;
    this.#index += 1;
    if (range === undefined || index < range.start) return;
    this.#builder.add(leaf);
    if (this.#index < range.end) return;
    this.#roots.set(range.start, this.#builder.root());
    this.#builder = new TreeBuilder();
    this.#next += 1;
  }

  /** The root of the range that begins there, once all its leaves went by. */
  root(start: number): string | undefined {
    return this.#roots.get(start);
  }
}
