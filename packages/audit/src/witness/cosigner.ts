import type { TreeState } from '../tree/tree-state.js';

/** A checkpoint that witnesses are asked to confirm, and what is needed to prove that it continues an older one. */
export interface CosignRequest {
  /** The signed note. */
  readonly note: string;
  readonly size: number;
  /** The tree at an older size of this log, or null if that is not known; the largest known that is not larger than `atMost`. */
  readonly stateAt: (atMost: number) => TreeState | null | Promise<TreeState | null>;
  /** The leaf hashes from index `from` on, up to `size`. */
  readonly leavesFrom: (from: number) => AsyncIterable<string> | Iterable<string>;
  /** How many leaves the log has by now, those of other writers included: a witness that has seen more saw what was taken away. */
  readonly sizeNow?: (() => number | Promise<number>) | undefined;
}

/** Asks witnesses; gives back the note with the cosignatures that came, and throws if its policy is not satisfied. */
export interface Cosigner {
  cosign(request: CosignRequest): Promise<string>;
}
