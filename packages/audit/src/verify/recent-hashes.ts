/** How many of the last hashes are surely remembered. */
export const REMEMBERED = 1 << 17;

const FIRST_SLOTS = 1 << 12;
const HIGH = 0x100_0000;

function digits(hash: string, from: number): number {
  let value = 0;
  for (let i = from; i < from + 6; i += 1) {
    const code = hash.charCodeAt(i);
    value = (value << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return value;
}

/**
 * Remembers the last hashes by their first 48 bits in 4 MB, whatever their number: two tables, of which the older one
 * is thrown away when the younger one is full. A chance hit needs 2^48 tries and is no forgery.
 */
export class RecentHashes {
  #young = new Float64Array(FIRST_SLOTS);
  #old: Float64Array<ArrayBuffer> | null = null;
  #count = 0;
  #hasForgotten = false;

  /** Whether some hash is not remembered any more. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  add(hash: string): void {
    if (this.#count === REMEMBERED) this.#turn();
    else if (this.#count * 2 === this.#young.length) this.#grow();
    this.#put(digits(hash, 0) * HIGH + digits(hash, 6) + 1);
  }

  has(hash: string): boolean {
    return isIn(this.#young, hash) || (this.#old !== null && isIn(this.#old, hash));
  }

  #put(wanted: number): void {
    const slots = this.#young;
    const mask = slots.length - 1;
    let at = (wanted - 1) % slots.length;
    while (slots[at] !== 0) {
      if (slots[at] === wanted) return;
      at = (at + 1) & mask;
    }
    slots[at] = wanted;
    this.#count += 1;
  }

  #grow(): void {
    const small = this.#young;
    this.#young = new Float64Array(small.length * 2);
    this.#count = 0;
    for (const wanted of small) if (wanted !== 0) this.#put(wanted);
  }

  #turn(): void {
    const free = this.#old;
    this.#old = this.#young;
    this.#hasForgotten = free !== null;
    this.#young = free?.fill(0) ?? new Float64Array(FIRST_SLOTS);
    this.#count = 0;
  }
}

function isIn(slots: Float64Array<ArrayBuffer>, hash: string): boolean {
  const wanted = digits(hash, 0) * HIGH + digits(hash, 6) + 1;
  for (let at = (wanted - 1) % slots.length; ; at = (at + 1) & (slots.length - 1)) {
    // Zero marks an empty slot, so no key is zero.
    if (slots[at] === wanted) return true;
    if (slots[at] === 0) return false;
  }
}
