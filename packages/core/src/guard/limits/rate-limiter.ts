import type { RateRule } from '../../policy/policy.js';
import { CallSpacing } from './call-spacing.js';
import { LiveKeys } from './live-keys.js';
import type { RateCounter } from './rate-counter.js';
import { SlidingWindow } from './sliding-window.js';

export interface RateRequest {
  readonly key: string;
  readonly rule: RateRule;
  /** The limit that the key is one of; the number of keys is bounded for each. */
  readonly pool?: string;
}

export interface RateRefusal extends RateRequest {
  /** Which request it was. */
  readonly index: number;
  /** Milliseconds until one more call fits. */
  readonly retryAfterMs: number;
}

/** Calls in a time, by key: in a window that slides, or spread evenly (`gcra`). Shared by the container. */
export class RateLimiter {
  readonly #counters: LiveKeys<RateCounter>;
  #now = 0;
  readonly #isIdle = (counter: RateCounter): boolean => counter.isIdle(this.#now);

  /** @param maxKeys keys of one pool that are counted at the same time; a new one beyond is refused. */
  constructor(maxKeys?: number) {
    this.#counters = new LiveKeys(maxKeys);
  }

  /**
   * Takes a place for every request, or none and tells which one has to wait longest.
   * @throws GuardError when there are more keys in use than can be counted.
   */
  acquire(requests: readonly RateRequest[], now: number): RateRefusal | undefined {
    const [only] = requests;
    if (requests.length === 1 && only !== undefined) return this.#acquireOne(only, now);
    const { index, retryAfterMs } = this.longestWait(requests, now);
    const full = requests[index];
    if (full !== undefined) return { ...full, index, retryAfterMs };
    for (const request of requests) this.#kept(request).take(request.rule, now);
    return undefined;
  }

  /** Which request has to wait longest, and how long; -1 where there is room for all. */
  longestWait(requests: readonly RateRequest[], now: number): { readonly index: number; readonly retryAfterMs: number } {
    let retryAfterMs = 0;
    let index = -1;
    for (let i = 0; i < requests.length; i += 1) {
      const request = requests[i] as RateRequest; // i < length
      const wait = this.#counter(request, now).wait(request.rule, now);
      if (wait > retryAfterMs) {
        retryAfterMs = wait;
        index = i;
      }
    }
    return { index, retryAfterMs };
  }

  /** Counts calls that were blocked: whether or not there is room. Under a key that cannot be counted no call is let in. */
  count(requests: readonly RateRequest[], now: number): void {
    for (const request of requests) this.#find(request, now)?.take(request.rule, now);
  }

  /** Gives back the places taken at `now` by a call that did not run after all. */
  release(requests: readonly RateRequest[], now: number): void {
    for (const { key, rule } of requests) this.#counters.get(key)?.giveBack(rule, now);
  }

  /** Calls within the window that ends at `now`; 0 for a key under `gcra`, which remembers none. */
  usage(key: string, windowMs: number, now: number): number {
    return this.#counters.get(key)?.count(now - windowMs) ?? 0;
  }

  /** Keys that are counted at the moment. */
  get size(): number {
    return this.#counters.size;
  }

  reset(): void {
    this.#counters.clear();
  }

  #acquireOne(request: RateRequest, now: number): RateRefusal | undefined {
    const counter = this.#counter(request, now);
    const retryAfterMs = counter.wait(request.rule, now);
    if (retryAfterMs > 0) return { ...request, index: 0, retryAfterMs };
    counter.take(request.rule, now);
    return undefined;
  }

  #counter(request: RateRequest, now: number): RateCounter {
    const known = this.#counters.get(request.key);
    if (known !== undefined && known instanceof SlidingWindow === (request.rule.algorithm === undefined)) return known;
    return this.#begin(request, now);
  }

  /** A rule that counts in another way than it did before a reload starts anew. */
  #begin({ key, rule, pool }: RateRequest, now: number): RateCounter {
    const counter = counterFor(rule);
    this.#now = now;
    this.#counters.delete(key, pool);
    this.#counters.add(key, counter, this.#isIdle, pool);
    return counter;
  }

  /** INVARIANT: does not throw, so that places are taken for all requests. What was swept since it was asked was idle. */
  #kept({ key, rule, pool }: RateRequest): RateCounter {
    const known = this.#counters.get(key);
    if (known !== undefined) return known;
    const counter = counterFor(rule);
    this.#counters.replace(key, counter, pool);
    return counter;
  }

  #find(request: RateRequest, now: number): RateCounter | undefined {
    const known = this.#counters.get(request.key);
    if (known !== undefined) return known;
    const counter = counterFor(request.rule);
    this.#now = now;
    return this.#counters.tryAdd(request.key, counter, this.#isIdle, request.pool) ? counter : undefined;
  }
}

function counterFor(rule: RateRule): RateCounter {
  return rule.algorithm === undefined ? new SlidingWindow() : new CallSpacing();
}
