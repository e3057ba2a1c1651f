/** The names that a WITH clause gives to queries, visible to what stands inside it. */
export class CteScope {
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #visible: number;
  readonly #outer: CteScope | undefined;

  private constructor(indexes: ReadonlyMap<string, number>, visible: number, outer: CteScope | undefined) {
    this.#indexes = indexes;
    this.#visible = visible;
    this.#outer = outer;
  }

  static of(names: readonly string[], outer: CteScope | undefined): CteScope {
    const indexes = new Map<string, number>();
    names.forEach((name, index) => {
      if (!indexes.has(name)) indexes.set(name, index);
    });
    return new CteScope(indexes, names.length, outer);
  }

  /** The same clause as its entry at `index` sees it without RECURSIVE: only the entries before it. */
  before(index: number): CteScope {
    return new CteScope(this.#indexes, index, this.#outer);
  }

  has(name: string): boolean {
    if (this.#sees(name)) return true;
    // Nested clauses are few: the grammar's stack holds no more than some thousand levels.
    for (let scope = this.#outer; scope !== undefined; scope = scope.#outer) if (scope.#sees(name)) return true;
    return false;
  }

  #sees(name: string): boolean {
    return (this.#indexes.get(name) ?? this.#visible) < this.#visible;
  }
}
