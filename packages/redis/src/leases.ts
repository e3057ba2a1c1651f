import type { Grant } from './hold.js';

/** The longest that a timer can wait. */
const longestWaitMs = 2 ** 31 - 1;

/**
 * What running calls hold, and until when. At half of a lease it is made longer, by one timer for all calls: a call may take as
 * long as it takes, and what a dead process held comes free all the same.
 */
export class Leases {
  readonly #nowMs: () => number;
  readonly #prolong: (grants: readonly Grant[]) => void;
  readonly #ends = new Map<Grant, number>();
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(nowMs: () => number, prolong: (grants: readonly Grant[]) => void) {
    this.#nowMs = nowMs;
    this.#prolong = prolong;
  }

  /** @param begunMs when the lease began */
  add(grant: Grant, begunMs: number): void {
    this.#ends.set(grant, begunMs + grant.leaseMs);
    this.#arm(begunMs + grant.leaseMs / 2);
  }

  delete(grant: Grant): void {
    this.#ends.delete(grant);
  }

  /** All of them, for a server that may have lost them: their leases begin anew. */
  renewAll(): readonly Grant[] {
    const grants = [...this.#ends.keys()];
    this.#begin(grants);
    return grants;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#ends.clear();
  }

  #arm(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    // Not the container's clock: its timers hold the process.
    this.#timer = setTimeout(() => {
      this.#look();
    }, Math.min(Math.max(1, dueMs - this.#nowMs()), longestWaitMs)).unref();
  }

  #look(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    const now = this.#nowMs();
    const due: Grant[] = [];
    for (const [grant, endsMs] of this.#ends) if (endsMs - grant.leaseMs / 2 <= now) due.push(grant);
    this.#begin(due);
    let next = Number.POSITIVE_INFINITY;
    for (const [grant, endsMs] of this.#ends) next = Math.min(next, endsMs - grant.leaseMs / 2);
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    if (due.length > 0) this.#prolong(due);
  }

  #begin(grants: readonly Grant[]): void {
    const now = this.#nowMs();
    for (const grant of grants) this.#ends.set(grant, now + grant.leaseMs);
  }
}
