import { EMPTY_ROOT, TreeBuilder } from '@enforcecore/audit/proof';
import { createHash } from 'node:crypto';
import { MerkleTree } from 'merkletreejs';
import { mustHold } from '../row.js';
import { median, type Figure, type Size } from './figure.js';

const APPENDS = 200;

function leaf(n: number): string {
  return createHash('sha256').update(String(n)).digest('hex');
}

/** Appending one leaf and asking for the root, at growing sizes: what a checkpoint after every entry would cost. */
export async function treeFigures({ rounds, largest }: Size): Promise<Figure[]> {
  const leaves = Array.from({ length: APPENDS }, (_, n) => leaf(n));
  const tree = new TreeBuilder();
  const figures: Figure[] = [];
  for (const size of [10_000, 1_000_000, 10_000_000]) {
    if (size > largest) break;
    const filler = leaves[0] ?? EMPTY_ROOT;
    while (tree.size < size) tree.add(filler);
    const us = await median(rounds, APPENDS, () => {
      for (const next of leaves) {
        tree.add(next);
        mustHold(tree.root().length === 64, 'every append has a root');
      }
    });
    figures.push({ name: `tree append + root at ${size.toLocaleString('en')}`, about: 'RFC 9162, in memory', us, target: 7 });
  }
  return [...figures, await peer(leaves)];
}

async function peer(leaves: readonly string[]): Promise<Figure> {
  const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest();
  const start = Array.from({ length: 10_000 }, (_, n) => Buffer.from(leaf(n), 'hex'));
  const few = leaves.slice(0, 3);
  const tree = new MerkleTree(start, sha256);
  const us = await median(1, few.length, () => {
    for (const next of few) {
      tree.addLeaf(Buffer.from(next, 'hex'));
      mustHold(tree.getHexRoot().length === 66, 'every append has a root');
    }
  });
  return { name: 'merkletreejs append + root at 10,000', about: 'addLeaf and getHexRoot, in memory', us, target: null };
}
