import type { RateRule } from '../policy/policy.js';

export interface RateRequest {
  readonly key: string;
  readonly rule: RateRule;
}

export interface RateRefusal extends RateRequest {
  /** Milliseconds until one more call fits. */
  readonly retryAfterMs: number;
}

/** Sliding windows: never more than `maxCalls` within any `windowMs`. One for each key, shared by the container. */
export class RateLimiter {
  readonly #windows = new Map<string, Window>();

  /** Takes a place in every window, or in none and tells which one was full. */
  acquire(requests: readonly RateRequest[], now: number): RateRefusal | undefined {
    for (const request of requests) {
      const retryAfterMs = this.#window(request).wait(request.rule, now);
      if (retryAfterMs > 0) return { ...request, retryAfterMs };
    }
    for (const request of requests) this.#window(request).take(request.rule, now);
    return undefined;
  }

  /** Gives back the places taken at `now` by a call that did not run after all. */
  release(requests: readonly RateRequest[], now: number): void {
    for (const { key } of requests) this.#windows.get(key)?.giveBack(now);
  }

  /** Calls within the window that ends at `now`. */
  usage(key: string, windowMs: number, now: number): number {
    return this.#windows.get(key)?.count(now - windowMs) ?? 0;
  }

  reset(): void {
    this.#windows.clear();
  }

  #window({ key }: RateRequest): Window {
    let window = this.#windows.get(key);
    if (window === undefined) {
      window = new Window();
      this.#windows.set(key, window);
    }
    return window;
  }
}


/** The times of the last calls, oldest first, in a ring that grows to the rule's size and no further. */
class Window {
  #ring = new Float64Array(16);
  #first = 0;
  #size = 0;

  wait(rule: RateRule, now: number): number {
    this.#forget(now - rule.windowMs);
    if (this.#size < rule.maxCalls) return 0;
    if (rule.maxCalls === 0) return rule.windowMs;
    // The call whose leaving makes room; not always the oldest, when a rule was tightened while calls were counted.
    const leaving = this.#at(this.#size - rule.maxCalls);
    return Math.max(leaving + rule.windowMs - now, Number.MIN_VALUE);
  }

  take(rule: RateRule, now: number): void {
    if (this.#size === this.#ring.length) this.#grow(rule.maxCalls);
    this.#ring[(this.#first + this.#size) % this.#ring.length] = now;
    this.#size += 1;
  }

  giveBack(time: number): void {
    for (let i = this.#size - 1; i >= 0; i -= 1) {
      if (this.#at(i) !== time) continue;
      for (let j = i; j < this.#size - 1; j += 1) this.#ring[(this.#first + j) % this.#ring.length] = this.#at(j + 1);
      this.#size -= 1;
      return;
    }
  }

  count(since: number): number {
    let n = 0;
    while (n < this.#size && this.#at(this.#size - 1 - n) > since) n += 1;
    return n;
  }

  /** A call leaves the window when it is exactly `windowMs` old. */
  #forget(before: number): void {
    while (this.#size > 0 && this.#at(0) <= before) {
      this.#first = (this.#first + 1) % this.#ring.length;
      this.#size -= 1;
    }
  }

  #at(i: number): number {
    return this.#ring[(this.#first + i) % this.#ring.length] ?? 0;
  }

  #grow(maxCalls: number): void {
    const larger = new Float64Array(Math.max(this.#size + 1, Math.min(this.#ring.length * 2, maxCalls)));
    for (let i = 0; i < this.#size; i += 1) larger[i] = this.#at(i);
    this.#ring = larger;
    this.#first = 0;
  }
}
