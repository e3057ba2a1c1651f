import { sha256Hex } from '#platform';
import { TrailError } from '../errors.js';
import { fromBase64, joined, toBase64, utf8Bytes } from './encoding.js';

/** What a key signs: a note's text, or the text under the time at which a witness saw it (C2SP tlog-cosignature). */
export type KeyAlgorithm = 'ed25519' | 'cosignature/v1';

/** A key that checks signatures, as C2SP signed-note names it. */
export interface VerifierKey {
  readonly name: string;
  /** The first four bytes of a digest over name, algorithm and key, in hex: tells keys apart, proves nothing. */
  readonly keyId: string;
  readonly algorithm: KeyAlgorithm;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** The bytes that C2SP signed-note gives the algorithms. */
const ALGORITHM_BYTES: Readonly<Record<KeyAlgorithm, number>> = { ed25519: 0x01, 'cosignature/v1': 0x04 };

const MAX_NAME_LENGTH = 512;

const NOT_IN_NAMES = /[\p{White_Space}\p{Cc}+]/u;

/** Whether C2SP signed-note allows the name: neither empty nor with spaces or a plus. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.length <= MAX_NAME_LENGTH && name.isWellFormed() && !NOT_IN_NAMES.test(name);
}

/** The key id that C2SP signed-note recommends, 8 hex digits. */
export function keyIdOf(name: string, algorithm: KeyAlgorithm, publicKey: Uint8Array): string {
  const marked = Uint8Array.of(0x0a, ALGORITHM_BYTES[algorithm]);
  return sha256Hex(joined(utf8Bytes(name), marked, publicKey)).slice(0, 8);
}

export function verifierKeyOf(name: string, algorithm: KeyAlgorithm, publicKey: Uint8Array): VerifierKey {
  return { name, keyId: keyIdOf(name, algorithm, publicKey), algorithm, publicKey };
}

/** The key in base64 under the byte of its algorithm, as keys are written. */
export function markedKey(algorithm: KeyAlgorithm, key: Uint8Array): string {
  return toBase64(joined(Uint8Array.of(ALGORITHM_BYTES[algorithm]), key));
}

/** Reads what `markedKey` wrote; null for anything else. */
export function readMarkedKey(text: string): { readonly algorithm: KeyAlgorithm; readonly key: Uint8Array } | null {
  const bytes = fromBase64(text);
  if (bytes?.length !== 33) return null;
  const algorithm = algorithmOf(bytes[0]);
  return algorithm === null ? null : { algorithm, key: bytes.slice(1) };
}

function algorithmOf(byte: number | undefined): KeyAlgorithm | null {
  if (byte === ALGORITHM_BYTES.ed25519) return 'ed25519';
  return byte === ALGORITHM_BYTES['cosignature/v1'] ? 'cosignature/v1' : null;
}

/** Writes a key as `<name>+<key id>+<base64>`. */
export function formatVerifierKey({ name, keyId, algorithm, publicKey }: VerifierKey): string {
  return `${name}+${keyId}+${markedKey(algorithm, publicKey)}`;
}

/** Reads a C2SP verifier key, `<name>+<key id in hex>+<base64>`, and checks its key id; throws `TrailError` KEY. */
export function parseVerifierKey(text: string): VerifierKey {
  const match = typeof text === 'string' ? /^([^+]+)\+([0-9a-f]{8})\+([^\n]+)$/.exec(text) : null;
  const [, name = '', keyId = '', encoded = ''] = match ?? [];
  if (!isKeyName(name)) {
    throw new TrailError('KEY', '', 'not a verifier key: expected <name>+<8 hex digits>+<base64>, with neither spaces nor a plus in the name');
  }
  const marked = readMarkedKey(encoded);
  if (marked === null) {
    throw new TrailError('KEY', '', `cannot use verifier key ${name}: expected base64 of 0x01 (Ed25519) or 0x04 (cosignature/v1) and 32 bytes`);
  }
  const key = verifierKeyOf(name, marked.algorithm, marked.key);
  if (key.keyId !== keyId) {
    throw new TrailError('KEY', '', `cannot use verifier key ${name}: its key id should be ${key.keyId}, got ${keyId}: check that it was copied whole`);
  }
  return key;
}
