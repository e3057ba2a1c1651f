/** A name with `*` for any run of characters; matching is greedy and linear, so no pattern can be made slow. */
export class Glob {
  readonly #parts: readonly string[];
  readonly #length: number;

  constructor(pattern: string, translate: (part: string) => string = (part) => part) {
    this.#parts = pattern.split('*').map(translate);
    this.#length = this.#parts.reduce((sum, part) => sum + part.length, 0);
  }

  /** How many characters the pattern pins down: more is more specific. */
  get weight(): number {
    return this.#length;
  }

  matches(name: string): boolean {
    const parts = this.#parts;
    const first = parts[0] ?? '';
    const last = parts[parts.length - 1] ?? '';
    if (parts.length === 1) return name === first;
    if (name.length < this.#length || !name.startsWith(first) || !name.endsWith(last)) return false;
    const end = name.length - last.length;
    let at = first.length;
    for (let i = 1; i < parts.length - 1; i++) {
      const part = parts[i] ?? '';
      const found = name.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return at <= end;
  }
}
