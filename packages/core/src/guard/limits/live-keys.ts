import { GuardError } from '../../errors.js';

/** As many keys as one process counts by for one limit at the same time; each costs some hundred bytes. */
export const maxLiveKeys = 100_000;
const lookedAt = 2;
const lookedAtWhenFull = 64;

interface Pool<T> {
  readonly byKey: Map<string, T>;
  round: Iterator<[string, T], undefined> | undefined;
}

/**
 * Counters by key. Keys come from callers, so their number is bounded (hostile input): what is idle is swept as new keys
 * come, and where everything is in use a new key is refused rather than left uncounted. Each pool has a bound of its own,
 * so that the keys of one limit leave room for those of another.
 */
export class LiveKeys<T> {
  readonly #byKey = new Map<string, T>();
  readonly #pools = new Map<string, Pool<T>>();
  readonly #max: number;
  #poolRound: Iterator<[string, Pool<T>], undefined> | undefined;

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
  replace(key: string, value: T, pool = ''): void {
    this.#byKey.set(key, value);
    this.#poolOf(pool).byKey.set(key, value);
  }

  /** @throws GuardError when all keys are in use. */
  add(key: string, value: T, isIdle: (value: T) => boolean, pool?: string): void {
    if (!this.tryAdd(key, value, isIdle, pool)) {
      throw new GuardError('GUARD', `a limit is counted by ${String(this.#max)} keys at once and all are in use, so a call under a new one is refused; count by fewer values, or over a shorter time`);
    }
  }

  tryAdd(key: string, value: T, isIdle: (value: T) => boolean, pool = ''): boolean {
    if (!this.#pools.has(pool)) this.#sweepPools(isIdle);
    const own = this.#poolOf(pool);
    this.#sweep(own, own.byKey.size < this.#max ? lookedAt : lookedAtWhenFull, isIdle);
    if (own.byKey.size >= this.#max) return false;
    this.#byKey.set(key, value);
    own.byKey.set(key, value);
    return true;
  }

  delete(key: string, pool = ''): void {
    this.#byKey.delete(key);
    this.#pools.get(pool)?.byKey.delete(key);
  }

  clear(): void {
    this.#byKey.clear();
    this.#pools.clear();
    this.#poolRound = undefined;
  }

  #poolOf(name: string): Pool<T> {
    let pool = this.#pools.get(name);
    if (pool === undefined) {
      pool = { byKey: new Map(), round: undefined };
      this.#pools.set(name, pool);
    }
    return pool;
  }

  /** Policies come and go too: as pools come, those that are empty go. */
  #sweepPools(isIdle: (value: T) => boolean): void {
    for (let i = 0; i < lookedAt; i += 1) {
      this.#poolRound ??= this.#pools.entries();
      const next = this.#poolRound.next();
      if (next.done === true) {
        this.#poolRound = undefined;
        return;
      }
      const [name, pool] = next.value;
      this.#sweep(pool, lookedAt, isIdle);
      if (pool.byKey.size === 0) this.#pools.delete(name);
    }
  }

  /** Goes round and round, a few at a time: every idle key is found, and no call pays for all. */
  #sweep(pool: Pool<T>, count: number, isIdle: (value: T) => boolean): void {
    for (let i = 0; i < count; i += 1) {
      pool.round ??= pool.byKey.entries();
      const next = pool.round.next();
      if (next.done === true) {
        pool.round = undefined;
        return;
      }
      const [key, value] = next.value;
      if (!isIdle(value)) continue;
      pool.byKey.delete(key);
      if (this.#byKey.get(key) === value) this.#byKey.delete(key);
    }
  }
}
