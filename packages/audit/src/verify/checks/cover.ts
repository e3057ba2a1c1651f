/**
 * How many of the first lines are vouched for from outside the log: by a checkpoint that a given key signed, by one that was
 * given, by witnesses, or by an expected root. Whoever can write the log can write behind that, so what stands there may
 * not excuse that something before it is gone.
 */
export class Cover {
  /** Whether something was given that could vouch for lines. */
  readonly isAsked: boolean;
  #size = 0;

  constructor(isAsked: boolean) {
    this.isAsked = isAsked;
  }

  /** Takes the size of what vouches; that the log has its root at that size is judged elsewhere. */
  take(size: number): void {
    this.#size = Math.max(this.#size, size);
  }

  /** Whether the first lines, so many of them, are vouched for; true where nothing was given to hold them against. */
  reaches(size: number): boolean {
    return !this.isAsked || size <= this.#size;
  }
}
