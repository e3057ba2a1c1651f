import { nodeHash } from '#platform';
import { isHash } from '../entry/digest.js';
import { TrailError } from '../errors.js';

// No tree that can be counted is higher than this.
const MAX_PROOF_LENGTH = 64;

/** The claim that a leaf stands at an index of the log with this size and root, and its proof; hashes in hex. */
export interface InclusionClaim {
  /** The leaf hash: an entry's `entry_hash`. */
  readonly leaf: string;
  /** Counts from 0. */
  readonly index: number;
  readonly size: number;
  readonly proof: readonly string[];
  readonly root: string;
}

function refuseTypes(claim: InclusionClaim): void {
  const parts: unknown = claim;
  const isObject = typeof parts === 'object' && parts !== null;
  const { leaf, index, size, proof, root }: Partial<Record<keyof InclusionClaim, unknown>> = isObject ? parts : {};
  if (typeof leaf === 'string' && typeof root === 'string' && typeof index === 'number' && typeof size === 'number' && Array.isArray(proof)) return;
  throw new TrailError('FORMAT', '', 'not an inclusion proof: expected leaf and root in hex, index and size as numbers, proof as a list');
}

/** Whether the proof shows it (RFC 9162, 2.1.3.2); throws `TrailError` FORMAT for what is not even shaped like a proof. */
export function verifyInclusion(claim: InclusionClaim): boolean {
  refuseTypes(claim);
  const { leaf, index, size, proof, root } = claim;
  if (!isHash(leaf) || !isHash(root) || !Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false;
  if (index < 0 || index >= size || proof.length > MAX_PROOF_LENGTH) return false;
  // Halves instead of shifts: sizes go beyond 32 bits.
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0 || !isHash(sibling)) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash === root;
}
