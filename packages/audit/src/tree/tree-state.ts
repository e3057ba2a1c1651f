import { nodeHash, sha256Hex } from '#platform';

const HASH = /^[0-9a-f]{64}$/;

/** RFC 9162, 2.1.1: the root of the tree over nothing. */
export const EMPTY_ROOT = sha256Hex('');

/** A size and the root of the tree over that many leaves, in hex. */
export interface TreeHead {
  readonly size: number;
  readonly root: string;
}

/** All that is needed to go on: the roots of the perfect subtrees that make up the tree, largest first, in hex. */
export interface TreeState {
  readonly size: number;
  readonly nodes: readonly string[];
}

export const EMPTY_TREE: TreeState = Object.freeze({ size: 0, nodes: Object.freeze([]) });

/** RFC 9162, 2.1.1: the hash of a leaf, over 0x00 and its bytes, in hex; text is taken as UTF-8. */
export function leafHash(data: string | Uint8Array): string {
  if (typeof data === 'string') return sha256Hex(`\0${data}`);
  const marked = new Uint8Array(data.length + 1);
  marked.set(data, 1);
  return sha256Hex(marked);
}

/** How many perfect subtrees make up a tree of this size: its number of binary ones. */
export function nodeCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** Whether a state read from somewhere could be one: as many hashes as its size asks for. */
export function isTreeState({ size, nodes }: { readonly size: unknown; readonly nodes: unknown }): boolean {
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || !Array.isArray(nodes)) return false;
  return nodes.length === nodeCount(size) && nodes.every((node) => typeof node === 'string' && HASH.test(node));
}

/** The state after one more leaf; the one given stays as it is. */
export function withLeaf(state: TreeState, leaf: string): TreeState {
  const nodes = state.nodes.slice();
  let hash = leaf;
  // Each trailing one of the size is a perfect subtree that the new leaf completes to the next larger one.
  for (let rest = state.size; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = nodeHash(nodes.pop() ?? '', hash);
  nodes.push(hash);
  return { size: state.size + 1, nodes };
}

/** The root of the tree in this state, in hex. */
export function rootOf({ nodes }: TreeState): string {
  let root: string | undefined;
  for (let i = nodes.length - 1; i >= 0; i -= 1) {
    const node = nodes[i] ?? '';
    root = root === undefined ? node : nodeHash(node, root);
  }
  return root ?? EMPTY_ROOT;
}

/** Many leaves one after another, without a new state for each. */
export class TreeBuilder {
  #size: number;
  readonly #nodes: string[];

  constructor(start: TreeState = EMPTY_TREE) {
    this.#size = start.size;
    this.#nodes = [...start.nodes];
  }

  get size(): number {
    return this.#size;
  }

  /** Takes a leaf hash in hex. */
  add(leaf: string): void {
    let hash = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = nodeHash(this.#nodes.pop() ?? '', hash);
    this.#nodes.push(hash);
    this.#size += 1;
  }

  root(): string {
    return rootOf({ size: this.#size, nodes: this.#nodes });
  }

  state(): TreeState {
    return { size: this.#size, nodes: [...this.#nodes] };
  }
}
