import { sha256 } from '@noble/hashes/sha2.js';

/** The alphabet of Bitcoin and those after it; Ripple has its own order. */
const bitcoin = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const ripple = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz';
const checkBytes = 4;

/** Whether a version and a 160-bit hash are followed by the first bytes of their double SHA-256. */
export function isBase58Check(address: string): boolean {
  const bytes = decode(address, address.startsWith('r') ? ripple : bitcoin);
  // One byte of version, or two (Zcash).
  if (bytes === undefined || bytes.length < 25 || bytes.length > 26) return false;
  const sum = sha256(sha256(bytes.subarray(0, -checkBytes)));
  return bytes.subarray(-checkBytes).every((byte, at) => byte === sum[at]);
}

/** Number of bytes a base-58 text stands for, -1 when it is none. */
export function base58Size(text: string): number {
  return decode(text, bitcoin)?.length ?? -1;
}

function decode(text: string, alphabet: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const sign of text) {
    let carry = alphabet.indexOf(sign);
    if (carry < 0) return undefined;
    for (let i = 0; i < bytes.length; i += 1) {
      carry += (bytes[i] ?? 0) * 58;
      bytes[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  for (let i = 0; i < text.length && text[i] === alphabet[0]; i += 1) bytes.push(0);
  return Uint8Array.from(bytes.reverse());
}
