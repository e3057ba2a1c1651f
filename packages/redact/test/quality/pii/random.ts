/** Draws the same values for the same seed, so that a figure can be computed again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to `below - 1` (mulberry32). */
  int(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x100000000) * below);
  }

  between(least: number, most: number): number {
    return least + this.int(most - least + 1);
  }

  chance(share: number): boolean {
    return this.int(10_000) < share * 10_000;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.int(list.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  digits(count: number): string {
    return this.signs(count, '0123456789');
  }

  signs(count: number, alphabet: string): string {
    return Array.from({ length: count }, () => alphabet.charAt(this.int(alphabet.length))).join('');
  }

  /** `#` a digit, `N` 1 to 9, `X` 2 to 9, `?` a capital, `*` a capital or digit; everything else, and what follows a backslash, as it is. */
  shape(pattern: string): string {
    return pattern.replace(/\\(.)|[#NX?*]/g, (sign: string, plain?: string) => {
      if (plain !== undefined) return plain;
      if (sign === '#') return this.digits(1);
      if (sign === 'N') return this.signs(1, '123456789');
      if (sign === 'X') return this.signs(1, '23456789');
      if (sign === '?') return this.signs(1, 'ABCDEFGHJKLMNPRSTUVWXYZ');
      return this.signs(1, 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789');
    });
  }
}
