/** Remembers at most so many answers and forgets the oldest first: callers choose the keys and must not fill the memory. */
export class BoundedCache<K, V> {
  readonly #answers = new Map<K, V>();
  readonly #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get size(): number {
    return this.#answers.size;
  }

  get(key: K): V | undefined {
    return this.#answers.get(key);
  }

  set(key: K, value: V): void {
    if (this.#answers.size >= this.#maxSize) {
      for (const oldest of this.#answers.keys()) {
        this.#answers.delete(oldest);
        break;
      }
    }
    this.#answers.set(key, value);
  }
}
