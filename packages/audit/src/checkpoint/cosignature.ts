import { joined, utf8Bytes } from './encoding.js';
import { verifierKeyOf, type VerifierKey } from './verifier-key.js';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** What a witness signs (C2SP tlog-cosignature); `time` in POSIX seconds. */
export function cosignatureMessage(time: number, noteText: string): Uint8Array {
  return utf8Bytes(`cosignature/v1\ntime ${time}\n${noteText}`);
}

/** The bytes of a cosignature line behind the key id. */
export function formatCosignature(time: number, signature: Uint8Array): Uint8Array {
  const head = new Uint8Array(TIME_BYTES);
  new DataView(head.buffer).setBigUint64(0, BigInt(time));
  return joined(head, signature);
}

/** Reads what `formatCosignature` wrote; null for another length, or a time that no clock shows. */
export function readCosignature(bytes: Uint8Array): { readonly time: number; readonly signature: Uint8Array } | null {
  if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return null;
  const time = new DataView(bytes.buffer, bytes.byteOffset, TIME_BYTES).getBigUint64(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return { time: Number(time), signature: bytes.subarray(TIME_BYTES) };
}

/** The same key as a witness uses it: some tools write a witness's key as a plain Ed25519 one. */
export function cosignatureKey(key: VerifierKey): VerifierKey {
  return key.algorithm === 'cosignature/v1' ? key : verifierKeyOf(key.name, 'cosignature/v1', key.publicKey);
}
