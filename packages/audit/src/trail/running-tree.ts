import { glance } from '../entry/glance.js';
import { EMPTY_TREE, leafHash, TreeBuilder, type TreeState } from '../tree/tree-state.js';
import type { Tape } from './tape.js';
import type { Writer } from './writer.js';

/** Hashing is left for this many leaves at a time, so that an append pays next to nothing. */
const FOLD_EVERY = 8;

/**
 * The tree over all lines of the trail, which follows the writer and reads for itself only what it missed. Believes the
 * stored hashes: the verifier is the one who does not.
 */
export class RunningTree {
  readonly tape: Tape;
  /** Replaced as a whole, and `waiting` is filled before it counts: an append that is stopped half-way counts nothing twice. */
  #at: { readonly state: TreeState; readonly offset: number; readonly count: number };
  readonly #waiting: string[] = [];

  constructor(tape: Tape, start?: { readonly state: TreeState; readonly offset: number }) {
    this.tape = tape;
    this.#at = { state: start?.state ?? tape.opening ?? EMPTY_TREE, offset: start?.offset ?? 0, count: 0 };
  }

  get size(): number {
    return this.#at.state.size + this.#at.count;
  }

  /** Takes leaves that a writer knows to stand between two offsets; if something before them is missing, all of it is read later. */
  follow(from: number, to: number, leaves: readonly string[]): void {
    const { state, offset, count } = this.#at;
    if (offset !== from || to <= from) return;
    leaves.forEach((leaf, i) => {
      this.#waiting[count + i] = leaf;
    });
    this.#at = { state, offset: to, count: count + leaves.length };
    if (this.#at.count >= FOLD_EVERY) this.#fold();
  }

  /** The state after the complete lines before `to`, which must not lie before what was followed. */
  upTo(to: number): TreeState {
    this.#fold();
    const { state, offset } = this.#at;
    if (to > offset) {
      const builder = new TreeBuilder(state);
      const end = this.tape.scan(offset, to, (bytes, at, length) => {
        for (const leaf of leavesOf(this.tape, bytes, at, length)) builder.add(leaf);
      });
      this.#at = { state: builder.state(), offset: end, count: 0 };
    }
    return this.#at.state;
  }

  /** Where the next leaf begins. */
  get offset(): number {
    return this.#at.offset;
  }

  #fold(): void {
    const { state, offset, count } = this.#at;
    if (count === 0) return;
    const builder = new TreeBuilder(state);
    for (let i = 0; i < count; i += 1) builder.add(this.#waiting[i] ?? '');
    this.#at = { state: builder.state(), offset, count: 0 };
  }
}

/** The tree over everything that is in a trail now. */
export function treeOf(writer: Writer): TreeState {
  writer.sync();
  return writer.running.upTo(writer.tape.size);
}

/** A line's leaf, and before it that of a torn one it may be glued to. */
export function leavesOf(tape: Tape, bytes: Buffer | null, offset: number, length: number): string[] {
  if (bytes === null) return [tape.leafHash(offset, length)];
  const found = glance(bytes.toString('latin1'));
  if (found === null) return [leafHash(bytes)];
  return found.torn > 0 ? [leafHash(bytes.subarray(0, found.torn)), found.hash] : [found.hash];
}
