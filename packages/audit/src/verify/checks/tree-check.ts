import type { OpenDetail } from '../../entry/detail.js';
import { rootOf, type TreeState } from '../../tree/tree-state.js';
import type { Place, Verdict } from '../verdict.js';

/** A tree that leaves are added to, by their hashes in hex. */
export interface GrowingTree {
  readonly size: number;
  add(leaf: string): void;
  root(): string;
  state(): TreeState;
}

/** The leaves make the tree that the log states. */
export class TreeCheck {
  readonly #verdict: Verdict;
  readonly #tree: GrowingTree;

  constructor(verdict: Verdict, tree: GrowingTree) {
    this.#verdict = verdict;
    this.#tree = tree;
  }

  /** A segment's first entry says how the log stood before it. */
  opening(detail: OpenDetail, place: Place): void {
    if (detail.size === this.#tree.size && rootOf(detail) === this.#tree.root()) return;
    this.#verdict.fail('tree', place, 'lines before this segment are missing or changed: it states another tree than they make');
  }

  /** What a database says of a leaf beside its line. */
  stored(stated: { readonly index: number; readonly hash: string }, hash: string, place: Place): void {
    const { size } = this.#tree;
    if (stated.index !== size) {
      this.#verdict.fail('tree', place, `expected the record with index ${String(size)}, got ${String(stated.index)}`);
    }
    if (stated.hash !== hash) this.#verdict.fail('tree', place, 'the stored hash is not that of the line');
  }
}
