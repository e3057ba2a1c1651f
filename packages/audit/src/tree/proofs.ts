import { TrailError } from '../errors.js';
import { consistencyRanges, inclusionRanges, RangeRoots, type LeafRange } from './proofs-ranges.js';
import { nodeCount, type TreeState } from './tree-state.js';

function missing(has: number, wanted: number): TrailError {
  return new TrailError('OPTIONS', '', `cannot prove anything for size ${wanted}: only ${has} leaves were given`);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0;
}

/** Makes the inclusion proof of one leaf (RFC 9162, 2.1.3.1) while all leaves go by once. */
export class InclusionProver {
  readonly index: number;
  readonly size: number;
  readonly #ranges: readonly LeafRange[];
  readonly #roots: RangeRoots;
  #leaf = '';

  /** `index` counts from 0; throws `TrailError` OPTIONS where it is not below `size`. */
  constructor(index: number, size: number) {
    if (!isCount(index) || !isCount(size) || index >= size) {
      throw new TrailError('OPTIONS', '', 'cannot prove inclusion: expected an index, from 0, below the size');
    }
    this.index = index;
    this.size = size;
    this.#ranges = inclusionRanges(index, size);
    this.#roots = new RangeRoots(this.#ranges, 0);
  }

  /** Whether all leaves went by that are needed. */
  get done(): boolean {
    return this.#roots.index >= this.size;
  }

  /** The leaf that is proved; '' until it went by. */
  get leaf(): string {
    return this.#leaf;
  }

  /** Takes the next leaf hash in hex, from index 0; those behind `size` change nothing. */
  add(leaf: string): void {
    if (this.#roots.index === this.index) this.#leaf = leaf;
    this.#roots.add(leaf);
  }

  /** The hashes in hex, from the leaf's sibling up; throws `TrailError` OPTIONS before all leaves went by. */
  proof(): string[] {
    if (!this.done) throw missing(this.#roots.index, this.size);
    return this.#ranges.map(({ start }) => this.#roots.root(start) ?? '');
  }
}

/** Makes a consistency proof (RFC 9162, 2.1.4.1) from the state at the old size while the leaves after it go by once. */
export class ConsistencyProver {
  readonly from: TreeState;
  readonly size: number;
  readonly #ranges: readonly LeafRange[];
  readonly #roots: RangeRoots;

  /** Throws `TrailError` OPTIONS where `size` is below the old one, and FORMAT where the state is none. */
  constructor(from: TreeState, size: number) {
    if (!isCount(from.size) || from.nodes.length !== nodeCount(from.size)) {
      throw new TrailError('FORMAT', '', 'cannot prove consistency: the state does not have the nodes that its size needs');
    }
    if (!isCount(size) || size < from.size) {
      throw new TrailError('OPTIONS', '', `cannot prove consistency: expected a size of at least ${from.size}`);
    }
    this.from = from;
    this.size = size;
    // RFC 9162 proves nothing from size 0; by custom the proof is empty, as every log continues the empty one.
    this.#ranges = from.size === 0 ? [] : consistencyRanges(from.size, size);
    this.#roots = new RangeRoots(this.#ranges, from.size);
  }

  /** Whether all leaves went by that are needed. */
  get done(): boolean {
    return this.from.size === 0 || this.#roots.index >= this.size;
  }

  /** Takes the next leaf hash in hex, from index `from.size`; those behind `size` change nothing. */
  add(leaf: string): void {
    this.#roots.add(leaf);
  }

  /** The hashes in hex; throws `TrailError` OPTIONS before all leaves went by. */
  proof(): string[] {
    if (!this.done) throw missing(this.#roots.index, this.size);
    const old = oldRoots(this.from);
    return this.#ranges.map(({ start }) => this.#roots.root(start) ?? old.get(start) ?? '');
  }
}

/** The perfect subtrees of a state by the index of their first leaf. */
function oldRoots({ size, nodes }: TreeState): Map<number, string> {
  const roots = new Map<number, string>();
  let width = 1;
  while (width * 2 <= size) width *= 2;
  let start = 0;
  for (const node of nodes) {
    while (start + width > size) width /= 2;
    roots.set(start, node);
    start += width;
    width /= 2;
  }
  return roots;
}

/** The consistency proof from a state to a larger size; reads no more leaves than it needs. */
export function consistencyProof(from: TreeState, leavesAfter: Iterable<string>, size: number): string[] {
  const prover = new ConsistencyProver(from, size);
  for (const leaf of prover.done ? [] : leavesAfter) {
    prover.add(leaf);
    if (prover.done) break;
  }
  return prover.proof();
}

/** `consistencyProof` over leaves that come one by one, from a database for one. */
export async function consistencyProofAsync(
  from: TreeState,
  leavesAfter: AsyncIterable<string> | Iterable<string>,
  size: number,
): Promise<string[]> {
  const prover = new ConsistencyProver(from, size);
  for await (const leaf of prover.done ? [] : leavesAfter) {
    prover.add(leaf);
    if (prover.done) break;
  }
  return prover.proof();
}
