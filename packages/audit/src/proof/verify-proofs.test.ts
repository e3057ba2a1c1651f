import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, flipped, hashOfLeaf, rfcConsistency, states } from '../tree/proofs.test.kit.js';
import { inclusionRanges, type LeafRange } from '../tree/proofs-ranges.js';
import { consistencyProof } from '../tree/proofs.js';
import { EMPTY_ROOT, rootOf } from '../tree/tree-state.js';
import { verifyConsistency, type ConsistencyClaim } from './verify-consistency.js';
import { verifyInclusion, type InclusionClaim } from './verify-inclusion.js';

type SigstoreVerify = (entry: unknown, checkpoint: { readonly logSize: number; readonly logHash: Buffer }) => void;

const require = createRequire(import.meta.url);
// Not among the package's exported names, hence by its path.
const oracleFile = require.resolve('@sigstore/verify').replace(/index\.js$/, 'tlog/merkle.js');
const { verifyMerkleInclusion } = require(oracleFile) as { readonly verifyMerkleInclusion: SigstoreVerify };

const SIZE = 130;
const LEAVES = Array.from({ length: SIZE }, (_, index) => Buffer.from(`leaf ${String(index)}`));
const HASHES = LEAVES.map(hashOfLeaf);
const STATES = states(HASHES);
const ROOTS = STATES.map(rootOf);
const OTHER = '0'.repeat(64);
const BITS = Array.from({ length: 256 }, (_, bit) => bit);

const subtrees = new Map<string, string>();

/** Kept once made: all proofs of all sizes share a few hundred subtrees. */
function subtree({ start, end }: LeafRange): string {
  const name = `${String(start)} ${String(end)}`;
  const root = subtrees.get(name) ?? rootOf(at(states(HASHES.slice(start, end)), end - start));
  subtrees.set(name, root);
  return root;
}

function included(index: number, size: number): InclusionClaim {
  return { leaf: at(HASHES, index), index, size, proof: inclusionRanges(index, size).map(subtree), root: at(ROOTS, size) };
}

function consistent(oldSize: number, newSize: number): ConsistencyClaim {
  const proof = consistencyProof(at(STATES, oldSize), HASHES.slice(oldSize), newSize);
  return { oldSize, oldRoot: at(ROOTS, oldSize), newSize, newRoot: at(ROOTS, newSize), proof };
}

function sigstoreAccepts({ index, size, proof, root }: InclusionClaim, leaf: Buffer): boolean {
  const inclusionProof = { logIndex: index, hashes: proof.map((hash) => Buffer.from(hash, 'hex')) };
  try {
    verifyMerkleInclusion({ inclusionProof, canonicalizedBody: leaf }, { logSize: size, logHash: Buffer.from(root, 'hex') });
    return true;
  } catch {
    return false;
  }
}

describe('a proof of inclusion', () => {
  it('holds at every index of every size up to 130', () => {
    const failed: unknown[] = [];
    for (let size = 1; size <= SIZE; size += 1) {
      for (let index = 0; index < size; index += 1) if (!verifyInclusion(included(index, size))) failed.push([index, size]);
    }
    expect(failed).toEqual([]);
  });

  it('is judged as sigstore judges it', () => {
    const size = fc.integer({ min: 1, max: SIZE });
    fc.assert(
      fc.property(size, size, fc.nat(), fc.nat(), fc.boolean(), (real, claimed, index, other, isHonest) => {
        const honest = included(index % real, real);
        const claim = isHonest ? honest : { ...honest, size: claimed, index: other % claimed };

        const isAccepted = verifyInclusion(claim);

        expect(isAccepted).toBe(sigstoreAccepts(claim, at(LEAVES, index % real)));
        expect(isAccepted || !isHonest).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('fails with any bit turned over, and with any hash too many, too few or elsewhere', () => {
    for (const [index, size] of [[0, 2], [6, 7], [64, 65], [77, 130]] as const) {
      const claim = included(index, size);
      for (const part of claim.proof.keys()) {
        const accepted = BITS.filter((bit) => verifyInclusion({ ...claim, proof: claim.proof.with(part, flipped(at(claim.proof, part), bit)) }));
        expect(accepted).toEqual([]);
        expect(verifyInclusion({ ...claim, proof: claim.proof.filter((_, i) => i !== part) })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: claim.proof.toSpliced(part, 0, OTHER) })).toBe(false);
      }
      expect(verifyInclusion({ ...claim, proof: [...claim.proof, OTHER] })).toBe(false);
      expect(verifyInclusion({ ...claim, leaf: flipped(claim.leaf, 3) })).toBe(false);
      expect(verifyInclusion({ ...claim, root: flipped(claim.root, 255) })).toBe(false);
    }
    const reversed = included(77, SIZE);
    expect(verifyInclusion({ ...reversed, proof: reversed.proof.toReversed() })).toBe(false);
  });

  it('works beyond 32 bits', () => {
    const size = 2 ** 40;
    const proof = Array.from({ length: 40 }, () => at(HASHES, 1));
    // The root over two subtrees is the hash over both of theirs, whatever their size.
    const root = proof.reduce((left, right) => rootOf({ size: 3, nodes: [left, right] }), at(HASHES, 0));

    expect(verifyInclusion({ leaf: at(HASHES, 0), index: 0, size, proof, root })).toBe(true);
    expect(verifyInclusion({ leaf: at(HASHES, 0), index: 2 ** 32, size, proof, root })).toBe(false);
  });
});

describe('a proof of consistency', () => {
  it('holds between any two sizes up to 130, from the state at the older one', () => {
    const failed: unknown[] = [];
    for (let newSize = 0; newSize <= SIZE; newSize += 1) {
      for (let oldSize = 0; oldSize <= newSize; oldSize += 1) {
        if (!verifyConsistency(consistent(oldSize, newSize))) failed.push([oldSize, newSize]);
      }
    }
    expect(failed).toEqual([]);
  });

  it('fails with any bit turned over, and with any hash too many, too few or elsewhere', () => {
    for (const [oldSize, newSize] of [[1, 2], [3, 7], [64, 65], [64, 130], [77, 130]] as const) {
      const claim = consistent(oldSize, newSize);
      for (const part of claim.proof.keys()) {
        const accepted = BITS.filter((bit) => verifyConsistency({ ...claim, proof: claim.proof.with(part, flipped(at(claim.proof, part), bit)) }));
        expect(accepted).toEqual([]);
        expect(verifyConsistency({ ...claim, proof: claim.proof.filter((_, i) => i !== part) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: claim.proof.toSpliced(part, 0, OTHER) })).toBe(false);
      }
      expect(verifyConsistency({ ...claim, proof: [...claim.proof, OTHER] })).toBe(false);
      expect(verifyConsistency({ ...claim, oldRoot: flipped(claim.oldRoot, 0) })).toBe(false);
      expect(verifyConsistency({ ...claim, newRoot: flipped(claim.newRoot, 0) })).toBe(false);
    }
  });

  it('fails for a log that was rewritten, shortened, or is claimed at another size', () => {
    const rewritten = states([OTHER, ...HASHES.slice(1)]).map(rootOf);
    const claim = consistent(100, SIZE);

    expect(verifyConsistency({ ...claim, proof: rfcConsistency(100, [OTHER, ...HASHES.slice(1)]), newRoot: at(rewritten, SIZE) })).toBe(false);
    expect(verifyConsistency({ ...claim, oldSize: SIZE, newSize: 100 })).toBe(false);
    expect(verifyConsistency({ ...claim, oldSize: 99 })).toBe(false);
    expect(verifyConsistency({ ...claim, oldSize: 0 })).toBe(false);
    expect(verifyConsistency({ ...claim, oldSize: SIZE })).toBe(false);
    expect(verifyConsistency({ ...consistent(0, 9), oldRoot: OTHER })).toBe(false);
    expect(verifyConsistency({ oldSize: 0, oldRoot: OTHER, newSize: 0, newRoot: OTHER, proof: [] })).toBe(false);
    expect(verifyConsistency({ oldSize: 0, oldRoot: EMPTY_ROOT, newSize: 0, newRoot: EMPTY_ROOT, proof: [OTHER] })).toBe(false);
  });
});

describe('whatever is handed in as a proof', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.integer(),
    fc.double(),
    fc.constantFrom(HASHES[0], HASHES[0]?.toUpperCase(), `${OTHER}\n`, EMPTY_ROOT, [HASHES[0]], [null], Array(5), 2 ** 53),
  );

  it('is false or a typed error, never true and never a TypeError', () => {
    const verdictOf = (verify: () => boolean): unknown => {
      try {
        return verify();
      } catch (error) {
        return error;
      }
    };
    const refused = [false, expect.objectContaining({ name: 'TrailError', code: 'FORMAT' })];
    const parts = fc.record({ leaf: anything, index: anything, size: anything, proof: anything, root: anything }, { requiredKeys: [] });
    fc.assert(
      fc.property(parts, fc.anything(), (claim, whole) => {
        const hostile = { ...included(5, 9), ...claim, root: OTHER } as InclusionClaim;

        expect(refused).toContainEqual(verdictOf(() => verifyInclusion(hostile)));
        expect(refused).toContainEqual(verdictOf(() => verifyInclusion(whole as InclusionClaim)));
        const { index: oldSize, size: newSize, leaf: oldRoot, root: newRoot, proof } = hostile;
        expect(refused).toContainEqual(verdictOf(() => verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof })));
        expect(refused).toContainEqual(verdictOf(() => verifyConsistency(whole as ConsistencyClaim)));
      }),
    );
  });

  it('may be of any length without costing more than the tree is high', () => {
    const proof = Array<string>(1_000_000).fill(OTHER);

    expect(verifyInclusion({ ...included(5, 9), proof })).toBe(false);
    expect(verifyConsistency({ ...consistent(5, 9), proof })).toBe(false);
  });
});
