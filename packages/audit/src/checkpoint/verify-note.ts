import { verifyEd25519 } from '#platform';
import { TrailError } from '../errors.js';
import { cosignatureMessage, readCosignature } from './cosignature.js';
import { toHex, utf8Bytes } from './encoding.js';
import type { NoteSignature, SignedNote } from './signed-note.js';
import type { VerifierKey } from './verifier-key.js';

export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** When a witness saw the note, POSIX seconds; null for a signature without a time. */
  readonly time: number | null;
}

/** What the signatures of a note are worth, given some keys. */
export interface NoteVerdict {
  /** One for each key that signed, the latest where a witness signed more than once. */
  readonly verified: readonly VerifiedSignature[];
  /** Signatures that claim a known key and are not by it: somebody tampered, or has another key of that name. */
  readonly wrong: readonly NoteSignature[];
  /** How many signatures are by keys that were not given. */
  readonly unknown: number;
}

function nameAndId({ name, keyId }: { readonly name: string; readonly keyId: string }): string {
  return `${name}+${keyId}`;
}

function byNameAndId(keys: readonly VerifierKey[]): Map<string, VerifierKey> {
  const known = new Map<string, VerifierKey>();
  for (const key of keys) {
    const same = known.get(nameAndId(key));
    if (same !== undefined && toHex(same.publicKey) !== toHex(key.publicKey)) {
      throw new TrailError('KEY', '', `two keys are called ${key.name} and have the key id ${key.keyId}: give one of them`);
    }
    known.set(nameAndId(key), key);
  }
  return known;
}

async function verified(text: string, bytes: Uint8Array, key: VerifierKey): Promise<VerifiedSignature | null> {
  if (key.algorithm === 'ed25519') {
    return (await verifyEd25519(key.publicKey, utf8Bytes(text), bytes)) ? { key, time: null } : null;
  }
  const cosignature = readCosignature(bytes);
  if (cosignature === null) return null;
  const { time, signature } = cosignature;
  return (await verifyEd25519(key.publicKey, cosignatureMessage(time, text), signature)) ? { key, time } : null;
}

/** Holds every signature of a note against the keys given; unknown signers are counted and otherwise ignored (C2SP signed-note). */
export async function verifyNote(note: SignedNote, keys: readonly VerifierKey[]): Promise<NoteVerdict> {
  const known = byNameAndId(keys);
  const good = new Map<VerifierKey, VerifiedSignature>();
  const wrong: NoteSignature[] = [];
  let unknown = 0;
  for (const signature of note.signatures) {
    const key = known.get(nameAndId(signature));
    if (key === undefined) {
      unknown += 1;
      continue;
    }
    const result = await verified(note.text, signature.bytes, key);
    if (result === null) wrong.push(signature);
    else if ((good.get(key)?.time ?? -1) < (result.time ?? 0)) good.set(key, result);
  }
  return { verified: [...good.values()], wrong, unknown };
}
