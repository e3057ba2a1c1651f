import { CliError } from '../errors.js';

/** A proof that one line of a log is in a tree, with all that is needed to check it: no trail, no other file. */
export interface ProofFile {
  readonly type: 'enforcecore/inclusion-proof/v1';
  /** The line without its newline; null where its bytes are not UTF-8. */
  readonly line: string | null;
  /** Base64 of the bytes where they are no text; null otherwise. */
  readonly bytes: string | null;
  /** Counts from 0. */
  readonly index: number;
  readonly size: number;
  /** In hex, as are the hashes of the path. */
  readonly root: string;
  readonly path: readonly string[];
  /** The note of a checkpoint of this very size; null where there is none. */
  readonly checkpoint: string | null;
}

/** A proof that a log only grew between two sizes. */
export interface ConsistencyFile {
  readonly type: 'enforcecore/consistency-proof/v1';
  readonly oldSize: number;
  readonly oldRoot: string;
  readonly newSize: number;
  readonly newRoot: string;
  readonly path: readonly string[];
}

/** Base64 of the longest line, and the rest. */
export const maxProofBytes = 32 * 1024 * 1024;
const mostHashes = 64;
const hash = /^[0-9a-f]{64}$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads what `audit prove` wrote, strictly: a key that is none of its own is refused, as it would look proven.
 *
 * @throws CliError `INPUT`
 */
export function readProof(source: string, text: string): ProofFile {
  const type = 'enforcecore/inclusion-proof/v1';
  const fields = membersOf(source, text, ['type', 'line', 'bytes', 'index', 'size', 'root', 'path', 'checkpoint']);
  const { line, bytes, index, size, root, path, checkpoint } = fields;
  const isLine = typeof line === 'string' && bytes === null;
  const isBytes = line === null && typeof bytes === 'string' && base64.test(bytes);
  if (fields['type'] !== type) throw refused(source, `its type is not ${type}`);
  if (!isLine && !isBytes) throw refused(source, 'expected either line or bytes');
  if (!isCount(index) || !isCount(size) || index >= size) throw refused(source, 'expected index and size, the index below the size');
  if (!isHash(root) || !isPath(path)) throw refused(source, 'expected root and path, hashes in hex');
  if (checkpoint !== null && typeof checkpoint !== 'string') throw refused(source, 'expected a checkpoint, or null');
  return { type, line: isLine ? line : null, bytes: isBytes ? bytes : null, index, size, root, path, checkpoint };
}

/** Reads what `audit consistency` wrote. */
export function readConsistency(source: string, text: string): ConsistencyFile {
  const type = 'enforcecore/consistency-proof/v1';
  const fields = membersOf(source, text, ['type', 'oldSize', 'oldRoot', 'newSize', 'newRoot', 'path']);
  const { oldSize, oldRoot, newSize, newRoot, path } = fields;
  if (fields['type'] !== type) throw refused(source, `its type is not ${type}`);
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) throw refused(source, 'expected oldSize and newSize, the old one not above the new one');
  if (!isHash(oldRoot) || !isHash(newRoot) || !isPath(path)) throw refused(source, 'expected oldRoot, newRoot and path, hashes in hex');
  return { type, oldSize, oldRoot, newSize, newRoot, path };
}

function membersOf(source: string, text: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser quotes the text, which is a stranger's.
    throw refused(source, 'it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(source, 'it is not an object');
  const keys = Object.keys(value);
  if (keys.length !== names.length || !names.every((name) => Object.hasOwn(value, name))) throw refused(source, `expected exactly ${names.join(', ')}`);
  // An object may be read by any key; every value read is checked.
  return value as Readonly<Record<string, unknown>>;
}

function refused(source: string, reason: string): CliError {
  return new CliError('INPUT', `${source} is no proof: ${reason}`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && hash.test(value);
}

function isPath(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= mostHashes && value.every(isHash);
}
