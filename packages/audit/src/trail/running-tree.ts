import { glance } from '../entry/glance.js';
import { EMPTY_TREE, leafHash, rootOf, TreeBuilder, type TreeHead, type TreeState } from '../tree/tree-state.js';
import type { Tape } from './tape.js';

/** The tree over all lines of the trail, brought up to date only when asked for. */
export class RunningTree {
  readonly tape: Tape;
  /** What was read so far. Replaced as a whole: a read that is stopped half-way counts nothing twice. */
  #read: { readonly state: TreeState; readonly offset: number };

  constructor(tape: Tape) {
    this.tape = tape;
    this.#read = { state: tape.opening ?? EMPTY_TREE, offset: 0 };
  }

  /** The state after the complete lines before `to`. Believes the stored hashes: the verifier is the one who does not. */
  upTo(to: number): TreeState {
    if (to > this.#read.offset) {
      const builder = new TreeBuilder(this.#read.state);
      const offset = this.tape.scan(this.#read.offset, to, (bytes, at, length) => {
        for (const leaf of this.#leaves(bytes, at, length)) builder.add(leaf);
      });
      this.#read = { state: builder.state(), offset };
    }
    return this.#read.state;
  }

  headAt(to: number): TreeHead {
    const state = this.upTo(to);
    return { size: state.size, root: rootOf(state) };
  }

  /** A line's leaf, and before it that of a torn one it may be glued to. */
  #leaves(bytes: Buffer | null, offset: number, length: number): string[] {
    if (bytes === null) return [this.tape.leafHash(offset, length)];
    const found = glance(bytes.toString('latin1'));
    if (found === null) return [leafHash(bytes)];
    return found.torn > 0 ? [leafHash(bytes.subarray(0, found.torn)), found.hash] : [found.hash];
  }
}
