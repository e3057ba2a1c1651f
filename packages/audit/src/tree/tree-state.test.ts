import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as browser from '../platform/browser.js';
import * as node from '../platform/node.js';
import { EMPTY_ROOT, EMPTY_TREE, leafHash, nodeCount, rootOf, TreeBuilder, withLeaf } from './tree-state.js';

// RFC 6962's reference leaves, as certificate-transparency and every log since test with, and their roots by size.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

function rfcRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return createHash('sha256').update('\0').update(only).digest();
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return createHash('sha256').update('\x01').update(rfcRoot(leaves.slice(0, k))).update(rfcRoot(leaves.slice(k))).digest();
}

describe('the tree', () => {
  it('has the published roots', () => {
    let state = EMPTY_TREE;
    const roots = LEAVES.map((hex) => {
      state = withLeaf(state, leafHash(Buffer.from(hex, 'hex').toString('utf8')));
      return rootOf(state);
    });

    expect(roots).toEqual(ROOTS);
    expect(EMPTY_ROOT).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('is the recursive definition of RFC 9162 at any size, leaf by leaf or in one go, from any state on', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 70 }), fc.nat(70), (leaves, cut) => {
        const builder = new TreeBuilder();
        let state = EMPTY_TREE;
        for (const leaf of leaves) {
          builder.add(leafHash(leaf));
          state = withLeaf(state, leafHash(leaf));
        }
        const first = new TreeBuilder();
        for (const leaf of leaves.slice(0, cut)) first.add(leafHash(leaf));
        const rest = new TreeBuilder(first.state());
        for (const leaf of leaves.slice(cut)) rest.add(leafHash(leaf));
        const expected = rfcRoot(leaves.map((leaf) => Buffer.from(leaf))).toString('hex');

        expect([builder.root(), rootOf(state), rest.root()]).toEqual([expected, expected, expected]);
        expect(state.nodes).toHaveLength(nodeCount(leaves.length));
        expect(builder.state()).toEqual(state);
      }),
    );
  });
});

describe('hashing without Node', () => {
  it('is hashing with it', () => {
    for (let length = 0; length < 300; length += 1) {
      const bytes = randomBytes(length);
      expect(browser.sha256Hex(bytes)).toBe(node.sha256Hex(bytes));
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => browser.sha256Hex(text) === node.sha256Hex(text)));
    const [left, right] = [node.sha256Hex('l'), node.sha256Hex('r')];
    expect(browser.nodeHash(left, right)).toBe(node.nodeHash(left, right));
  });
});
