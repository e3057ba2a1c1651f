/** What came of a root that the log was to have at a size: it has, it has another, it cannot be known, it never got there. */
export type Met = 'same' | 'other' | 'before' | 'beyond';

interface Wanted {
  readonly size: number;
  readonly root: string;
  readonly judge: (met: Met) => void;
}

/** Compares the log with roots that it should have at some sizes, while it grows. */
export class RootWatch {
  readonly #wanted: Wanted[] = [];
  #at = 0;

  add(size: number, root: string, judge: (met: Met) => void): void {
    this.#wanted.push({ size, root, judge });
  }

  /** The next size to compare at. */
  get next(): number {
    return this.#wanted[this.#at]?.size ?? Infinity;
  }

  /** Takes where the reading starts. */
  begin(size: number, root: () => string): void {
    this.#wanted.sort((a, b) => a.size - b.size);
    this.#judge((wanted) => wanted.size < size, () => 'before');
    this.reached(size, root);
  }

  reached(size: number, root: () => string): void {
    if (this.next !== size) return;
    const has = root();
    this.#judge((wanted) => wanted.size === size, (wanted) => (wanted.root === has ? 'same' : 'other'));
  }

  end(): void {
    this.#judge(() => true, () => 'beyond');
  }

  #judge(isDue: (wanted: Wanted) => boolean, met: (wanted: Wanted) => Met): void {
    for (let wanted = this.#wanted[this.#at]; wanted !== undefined && isDue(wanted); wanted = this.#wanted[this.#at]) {
      wanted.judge(met(wanted));
      this.#at += 1;
    }
  }
}
