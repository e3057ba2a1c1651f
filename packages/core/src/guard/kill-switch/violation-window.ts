/** Up to so many are kept one by one; of more, how many there were in each part of the window. */
const mostParts = 64;

/**
 * Counts what happened within a window, in a memory that does not grow with the count. Exact up to 64; beyond, something
 * counts for up to a 64th of the window longer.
 */
export class ViolationWindow {
  readonly #windowMs: number;
  readonly #partMs: number;
  #parts: { readonly at: number; count: number }[] = [];

  constructor(windowMs: number, most: number) {
    this.#windowMs = windowMs;
    this.#partMs = most <= mostParts ? 0 : windowMs / mostParts;
  }

  /** @returns how many there are in the window, this one included */
  add(now: number): number {
    this.#parts = this.#parts.filter(({ at }) => now - at < this.#windowMs + this.#partMs);
    const last = this.#parts.at(-1);
    if (last !== undefined && now - last.at < this.#partMs) last.count += 1;
    else this.#parts.push({ at: now, count: 1 });
    return this.#parts.reduce((sum, { count }) => sum + count, 0);
  }

  isEmpty(now: number): boolean {
    const last = this.#parts.at(-1);
    return last === undefined || now - last.at >= this.#windowMs + this.#partMs;
  }
}
