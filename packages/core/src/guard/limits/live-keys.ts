import { GuardError } from '../../errors.js';

/** As many keys as one process counts by at the same time; each costs some hundred bytes. */
export const maxLiveKeys = 100_000;
const lookedAt = 2;
const lookedAtWhenFull = 64;

/**
 * Counters by key. Keys come from callers, so their number is bounded (hostile input): what is idle is swept as new keys
 * come, and where everything is in use a new key is refused rather than left uncounted.
 */
export class LiveKeys<T> {
  readonly #byKey = new Map<string, T>();
  readonly #max: number;
  #round: Iterator<[string, T], undefined> | undefined;

  constructor(max = maxLiveKeys) {
    this.#max = max;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): T | undefined {
    return this.#byKey.get(key);
  }

  /** Puts another one in the place of the one that is there. */
  replace(key: string, value: T): void {
    this.#byKey.set(key, value);
  }

  /** @throws GuardError when all keys are in use. */
  add(key: string, value: T, isIdle: (value: T) => boolean): void {
    if (!this.tryAdd(key, value, isIdle)) {
      throw new GuardError('GUARD', `limits are counted by ${String(this.#max)} keys at once and all are in use, so a call under a new one is refused; count by fewer values, or over a shorter time`);
    }
  }

  tryAdd(key: string, value: T, isIdle: (value: T) => boolean): boolean {
    this.#sweep(this.#byKey.size < this.#max ? lookedAt : lookedAtWhenFull, isIdle);
    if (this.#byKey.size >= this.#max) return false;
    this.#byKey.set(key, value);
    return true;
  }

  delete(key: string): void {
    this.#byKey.delete(key);
  }

  clear(): void {
    this.#byKey.clear();
    this.#round = undefined;
  }

  /** Goes round and round, a few at a time: every idle key is found, and no call pays for all. */
  #sweep(count: number, isIdle: (value: T) => boolean): void {
    for (let i = 0; i < count; i += 1) {
      this.#round ??= this.#byKey.entries();
      const next = this.#round.next();
      if (next.done === true) {
        this.#round = undefined;
        return;
      }
      const [key, value] = next.value;
      if (isIdle(value)) this.#byKey.delete(key);
    }
  }
}
