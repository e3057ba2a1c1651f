/** The same "random" characters in every run; no secret is written out in this repository. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 4_294_967_296) * limit);
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  of(alphabet: string, size: number): string {
    let out = '';
    while (out.length < size) out += alphabet.charAt(this.below(alphabet.length));
    return out;
  }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const digits = '0123456789';
export const hex = '0123456789abcdef';
export const upper = letters + digits;
export const lower = letters.toLowerCase() + digits;
export const alnum = letters + lower;
export const word = `${alnum}_-`;
export const base64 = `${alnum}+/`;
