import { describe, expect, it } from '@jest/globals';
import { at, hashOfLeaf, LEAVES, rfcConsistency, rfcInclusion, states } from './proofs.test.kit.js';
import { consistencyProof, consistencyProofAsync, ConsistencyProver, InclusionProver } from './proofs.js';
import { EMPTY_TREE } from './tree-state.js';

const SIZE = 130;
const HASHES = Array.from({ length: SIZE }, (_, index) => hashOfLeaf(Buffer.from(`leaf ${String(index)}`)));
const STATES = states(HASHES);

function inclusion(index: number, size: number, hashes: readonly string[] = HASHES): string[] {
  const prover = new InclusionProver(index, size);
  for (const hash of hashes) prover.add(hash);
  return prover.proof();
}

function code(expected: string): unknown {
  return expect.objectContaining({ name: 'TrailError', code: expected });
}

describe('the prover of inclusion', () => {
  it('gives the published proofs of the eight-leaf tree', () => {
    const eight = LEAVES.map(hashOfLeaf);

    expect(inclusion(0, 1, eight)).toEqual([]);
    expect(inclusion(0, 8, eight)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(inclusion(5, 8, eight)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(inclusion(2, 3, eight)).toEqual(['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']);
    expect(inclusion(1, 5, eight)).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });

  it('is the definition of RFC 9162 at any index of any size', () => {
    for (let size = 1; size <= 70; size += 1) {
      const leaves = HASHES.slice(0, size);
      const all = leaves.map((_, index) => inclusion(index, size));
      expect(all).toEqual(leaves.map((_, index) => rfcInclusion(index, leaves)));
    }
  });

  it('says which leaf it proved, and takes no notice of later ones', () => {
    const prover = new InclusionProver(3, 5);
    for (const hash of HASHES.slice(0, 5)) prover.add(hash);
    const [before, done] = [prover.proof(), prover.done];
    prover.add(at(HASHES, 5));

    expect([prover.leaf, prover.proof(), done]).toEqual([HASHES[3], before, true]);
  });

  it('refuses what cannot be proved', () => {
    for (const [index, size] of [[1, 1], [-1, 4], [0, 0], [0.5, 3], [0, Number.NaN], [0, 2 ** 53], ['0', 4]] as const) {
      expect(() => new InclusionProver(index as number, size)).toThrow(code('OPTIONS'));
    }
    const early = new InclusionProver(0, 3);
    early.add(at(HASHES, 0));
    expect(() => early.proof()).toThrow(code('OPTIONS'));
    for (const leaf of ['', 'x'.repeat(64), at(HASHES, 0).toUpperCase(), null]) {
      expect(() => {
        early.add(leaf as string);
      }).toThrow(code('FORMAT'));
    }
  });
});

describe('the prover of consistency', () => {
  it('gives the published proofs of the eight-leaf tree', () => {
    const eight = LEAVES.map(hashOfLeaf);
    const known = states(eight);
    const proof = (from: number, to: number): string[] => consistencyProof(at(known, from), eight.slice(from), to);

    expect(proof(1, 1)).toEqual([]);
    expect(proof(1, 8)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(proof(6, 8)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(proof(2, 5)).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });

  it('is the definition of RFC 9162 from any state to any size', () => {
    for (let size = 1; size <= 70; size += 1) {
      for (let from = 1; from <= size; from += 1) {
        const proof = consistencyProof(at(STATES, from), HASHES.slice(from), size);
        expect(proof).toEqual(rfcConsistency(from, HASHES.slice(0, size)));
      }
    }
  });

  it('is the same over leaves that come one by one', async () => {
    async function* slowly(from: number): AsyncGenerator<string> {
      for (const hash of HASHES.slice(from)) yield await Promise.resolve(hash);
    }

    expect(await consistencyProofAsync(at(STATES, 37), slowly(37), SIZE)).toEqual(rfcConsistency(37, HASHES));
    expect(await consistencyProofAsync(at(STATES, 37), slowly(37), 37)).toEqual([]);
    await expect(consistencyProofAsync(at(STATES, 37), slowly(100), SIZE)).rejects.toThrow(code('OPTIONS'));
  });

  it('reads no leaf that it does not need, and lets go of the rest', () => {
    const read: number[] = [];
    let isClosed = false;
    function* counted(): Generator<string> {
      try {
        for (const [index, hash] of HASHES.entries()) {
          read.push(index);
          yield hash;
        }
      } finally {
        isClosed = true;
      }
    }

    consistencyProof(EMPTY_TREE, counted(), 9);
    expect(read).toEqual([]);
    consistencyProof(at(STATES, 1), counted(), 9);
    expect([read.length, isClosed]).toEqual([8, true]);
  });

  it('refuses what cannot be proved', () => {
    expect(() => new ConsistencyProver(at(STATES, 5), 4)).toThrow(code('OPTIONS'));
    expect(() => new ConsistencyProver(at(STATES, 5), 5.5)).toThrow(code('OPTIONS'));
    expect(() => new ConsistencyProver({ size: 5, nodes: [] }, 8)).toThrow(code('FORMAT'));
    expect(() => new ConsistencyProver({ size: Infinity, nodes: [] }, 8)).toThrow(code('FORMAT'));
    expect(() => consistencyProof(at(STATES, 5), HASHES.slice(5, 8), 9)).toThrow(code('OPTIONS'));
  });
});
