import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** Turns a value into `[HMAC:…]`: the same value and key give the same token, without the key it cannot be guessed. */
export class Pseudonymizer {
  readonly #mac: ReturnType<typeof hmac.create>;

  constructor(key: string | Uint8Array | undefined) {
    const bytes = key === undefined ? randomBytes(32) : typeof key === 'string' ? utf8ToBytes(key) : Uint8Array.from(key);
    this.#mac = hmac.create(sha256, bytes);
  }

  tokenOf(category: string, value: string): string {
    const mac = this.#mac.clone();
    mac.update(utf8ToBytes(`${category}\0${value}`));
    return `[HMAC:${bytesToHex(mac.digest().subarray(0, 8))}]`;
  }
}

/** `[SHA256:…]` as the reference writes it. Without a key: whoever can list the possible values can undo it. */
export function unkeyedHash(value: string): string {
  return `[SHA256:${bytesToHex(sha256(utf8ToBytes(value)).subarray(0, 8))}]`;
}
