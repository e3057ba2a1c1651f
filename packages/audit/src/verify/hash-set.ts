const FIRST_CAPACITY = 1 << 12;
const PREFIX_DIGITS = 12;

/** Remembers hashes by their first 48 bits: 16 to 32 bytes each. A chance hit needs 2^48 tries and is no forgery. */
export class HashSet {
  #slots = new Float64Array(FIRST_CAPACITY);
  #count = 0;

  add(hash: string): void {
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    this.#put(key(hash));
  }

  has(hash: string): boolean {
    const wanted = key(hash);
    const mask = this.#slots.length - 1;
    for (let at = wanted % this.#slots.length; ; at = (at + 1) & mask) {
      const found = this.#slots[at];
      if (found === wanted) return true;
      if (found === 0) return false;
    }
  }

  #put(wanted: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = wanted % slots.length;
    while (slots[at] !== 0 && slots[at] !== wanted) at = (at + 1) & mask;
    if (slots[at] === 0) this.#count += 1;
    slots[at] = wanted;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Float64Array(old.length * 2);
    this.#count = 0;
    for (const found of old) if (found !== 0) this.#put(found);
  }
}

/** Zero marks an empty slot, so no key is zero. */
function key(hash: string): number {
  return parseInt(hash.slice(0, PREFIX_DIGITS), 16) + 1;
}
