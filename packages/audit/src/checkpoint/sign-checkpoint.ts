import { TrailError } from '../errors.js';
import { checkpointText, type Checkpoint } from './checkpoint.js';
import { utf8Bytes } from './encoding.js';
import { formatSignatureLine, formatSignedNote, MAX_SIGNATURES, parseSignatureLine, parseSignedNote } from './signed-note.js';
import type { Signer } from './signer.js';
import { parseVerifierKey } from './verifier-key.js';

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Refuses what is no Ed25519 signature: a signer may be anyone's code. */
export function checkedSignature(bytes: unknown, name: string): Uint8Array {
  if (bytes instanceof Uint8Array && bytes.length === 64) return new Uint8Array(bytes);
  throw new TrailError('KEY', '', `the signer of ${name} did not return an Ed25519 signature: expected 64 bytes`);
}

/**
 * The checkpoint as a signed note, or its bare text without a signer; at once where the signer signs at once.
 * Throws `TrailError` KEY for a signer whose name is not the origin, or who returns something else than a signature.
 */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer | null): string | Promise<string> {
  const text = checkpointText(checkpoint);
  if (signer === null) return text;
  const { name, keyId, algorithm } = parseVerifierKey(signer.verifierKey);
  if (algorithm !== 'ed25519') {
    throw new TrailError('KEY', '', `key ${name} is a witness's: expected one that signs checkpoints, made for Ed25519`);
  }
  if (name !== checkpoint.origin) {
    throw new TrailError('KEY', '', `key ${name} cannot sign for the log ${checkpoint.origin}: the key's name must be the log's origin`);
  }
  const signed = (bytes: unknown): string =>
    formatSignedNote({ text, signatures: [{ name, keyId, bytes: checkedSignature(bytes, name) }] });
  // Not trusted to be what the type says.
  const signature: unknown = signer.sign(utf8Bytes(text));
  return isPromise(signature) ? signature.then(signed) : signed(signature);
}

/** The note with one more signature line; the same note where that line is there already. Verifies nothing. */
export function addSignature(note: string, line: string): string {
  const { text, signatures } = parseSignedNote(note, { allowUnsigned: true });
  const added = parseSignatureLine(line.endsWith('\n') ? line.slice(0, -1) : line);
  const addedLine = formatSignatureLine(added);
  if (signatures.some((signature) => formatSignatureLine(signature) === addedLine)) return note;
  if (signatures.length >= MAX_SIGNATURES) throw new TrailError('FORMAT', '', `cannot add a signature: a note has at most ${MAX_SIGNATURES}`);
  return formatSignedNote({ text, signatures: [...signatures, added] });
}
