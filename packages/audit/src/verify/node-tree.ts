import { hash } from 'node:crypto';
import { rootOf, type TreeState } from '../tree/tree-state.js';
import type { GrowingTree } from './checks/tree-check.js';

const BYTES = 32;
const MAX_NODES = 54;
const NODE_MARK = 0x01;

function digit(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

/**
 * The tree of RFC 9162 for Node: the subtrees' roots stand one behind another in one buffer, so that two neighbours
 * are hashed where they are, and nothing is written in hex on the way.
 */
export class NodeTree implements GrowingTree {
  /** One byte in front, for the mark before the first node. */
  readonly #nodes = Buffer.alloc(1 + MAX_NODES * BYTES);
  readonly #pairs: readonly Buffer[];
  #count = 0;
  #size: number;

  constructor(start: TreeState) {
    this.#pairs = Array.from({ length: MAX_NODES - 1 }, (_, at) => this.#nodes.subarray(at * BYTES, at * BYTES + 1 + 2 * BYTES));
    this.#size = start.size;
    for (const node of start.nodes) this.#push(node);
  }

  get size(): number {
    return this.#size;
  }

  add(leaf: string): void {
    this.#push(leaf);
    // Each trailing one of the size is a perfect subtree that the new leaf completes to the next larger one.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) this.#join();
    this.#size += 1;
  }

  root(): string {
    return rootOf(this.state());
  }

  state(): TreeState {
    const nodes = Array.from({ length: this.#count }, (_, at) => this.#nodes.toString('hex', 1 + at * BYTES, 1 + (at + 1) * BYTES));
    return { size: this.#size, nodes };
  }

  #push(leaf: string): void {
    const nodes = this.#nodes;
    const from = 1 + this.#count * BYTES;
    for (let i = 0; i < BYTES; i += 1) nodes[from + i] = (digit(leaf.charCodeAt(2 * i)) << 4) | digit(leaf.charCodeAt(2 * i + 1));
    this.#count += 1;
  }

  #join(): void {
    const left = this.#count - 2;
    const pair = this.#pairs[left];
    // INVARIANT: a size with a trailing one has a node to its left.
    if (pair === undefined) return;
    // The mark takes the place of the last byte of the node before, for as long as the hash is made.
    const kept = pair[0] ?? 0;
    pair[0] = NODE_MARK;
    const joined = hash('sha256', pair, 'binary');
    pair[0] = kept;
    this.#nodes.write(joined, 1 + left * BYTES, BYTES, 'latin1');
    this.#count -= 1;
  }
}
