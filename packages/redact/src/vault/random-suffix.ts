const signs = 'abcdefghijklmnopqrstuvwxyz0123456789';
// The largest multiple of 36 in a byte: what is above it would make the first signs likelier.
const fair = 252;
const length = 6;

/** Six signs nobody can guess: one chance in two thousand million per try. */
export class RandomSuffix {
  readonly #bytes = new Uint8Array(256);
  #at = 256;

  next(): string {
    let suffix = '';
    while (suffix.length < length) {
      const byte = this.#byte();
      if (byte < fair) suffix += signs.charAt(byte % signs.length);
    }
    return suffix;
  }

  /** Randomness is fetched in one go, because every fetch costs as much as ten tokens; used bytes are not kept. */
  #byte(): number {
    if (this.#at >= this.#bytes.length) {
      crypto.getRandomValues(this.#bytes);
      this.#at = 0;
    }
    const byte = this.#bytes[this.#at] ?? fair;
    this.#bytes[this.#at] = 0;
    this.#at += 1;
    return byte;
  }
}
