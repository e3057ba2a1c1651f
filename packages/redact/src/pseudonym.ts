import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { RedactError } from './errors.js';

/** Turns a value into `[HMAC:…]`: the same value and key give the same token, without the key it cannot be guessed. */
export class Pseudonymizer {
  readonly #mac: ReturnType<typeof hmac.create>;

  /** @throws RedactError `OPTIONS` for a key that is empty or of another type: with it every value could be guessed. */
  constructor(key: string | Uint8Array | undefined) {
    this.#mac = hmac.create(sha256, key === undefined ? randomBytes(32) : bytesOf(key));
  }

  tokenOf(category: string, value: string): string {
    const mac = this.#mac.clone();
    mac.update(utf8ToBytes(`${category}\0${value}`));
    const bytes = mac.digest();
    // Sixteen digits could be a card number, so of the windows of the hash the first with a letter is taken.
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      const hex = bytesToHex(bytes.subarray(at, at + 8));
      if (/[a-f]/.test(hex)) return `[HMAC:${hex}]`;
    }
    return '[HMAC:ffffffffffffffff]'; // one chance in a hundred million million
  }
}

function bytesOf(key: unknown): Uint8Array {
  if (typeof key === 'string' && key !== '') return utf8ToBytes(key);
  if (key instanceof Uint8Array && key.length > 0) return Uint8Array.from(key);
  throw new RedactError('OPTIONS', 'hashKey must be text or bytes, and not empty');
}

/** `[SHA256:…]` as the reference writes it. Without a key: whoever can list the possible values can undo it. */
export function unkeyedHash(value: string): string {
  return `[SHA256:${bytesToHex(sha256(utf8ToBytes(value)).subarray(0, 8))}]`;
}
