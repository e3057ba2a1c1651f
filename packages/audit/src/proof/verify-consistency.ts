import { nodeHash } from '#platform';
import { isHash } from '../entry/digest.js';
import { TrailError } from '../errors.js';
import { EMPTY_ROOT } from '../tree/tree-state.js';

// No tree that can be counted is higher than this.
const MAX_PROOF_LENGTH = 64;

/** The claim that a log only grew between two sizes, and its proof; hashes in hex. */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: string;
  readonly newSize: number;
  readonly newRoot: string;
  readonly proof: readonly string[];
}

function refuseTypes(claim: ConsistencyClaim): void {
  const parts: unknown = claim;
  const isObject = typeof parts === 'object' && parts !== null;
  const { oldSize, newSize, oldRoot, newRoot, proof }: Partial<Record<keyof ConsistencyClaim, unknown>> = isObject ? parts : {};
  const areNumbers = typeof oldSize === 'number' && typeof newSize === 'number';
  if (areNumbers && typeof oldRoot === 'string' && typeof newRoot === 'string' && Array.isArray(proof)) return;
  throw new TrailError('FORMAT', '', 'not a consistency proof: expected both roots in hex, both sizes as numbers, proof as a list');
}

/** Whether the proof shows it (RFC 9162, 2.1.4.2); throws `TrailError` FORMAT for what is not even shaped like a proof. */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  refuseTypes(claim);
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (!isHash(oldRoot) || !isHash(newRoot) || !Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize)) return false;
  if (oldSize < 0 || oldSize > newSize || proof.length > MAX_PROOF_LENGTH) return false;
  if (newSize === 0 && newRoot !== EMPTY_ROOT) return false;
  // Both are beyond RFC 9162, and by custom need no proof.
  if (oldSize === newSize) return proof.length === 0 && oldRoot === newRoot;
  if (oldSize === 0) return proof.length === 0 && oldRoot === EMPTY_ROOT;
  return proof.length > 0 && isPath(claim);
}

function isPath({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): boolean {
  // Halves instead of shifts: sizes go beyond 32 bits.
  let at = oldSize - 1;
  let last = newSize - 1;
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  // Where the old size is a power of two, its root is itself the first hash of the path and left out of the proof.
  const path = at === 0 ? [oldRoot, ...proof] : proof;
  const [first] = path;
  if (!isHash(first)) return false;
  let [oldHash, newHash] = [first, first];
  for (const sibling of path.slice(1)) {
    if (last === 0 || !isHash(sibling)) return false;
    if (at % 2 === 1 || at === last) {
      [oldHash, newHash] = [nodeHash(sibling, oldHash), nodeHash(sibling, newHash)];
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && oldHash === oldRoot && newHash === newRoot;
}
