import { parseTorn } from '../../entry/detail.js';
import type { Place, Verdict } from '../verdict.js';

const MAX_TORN = 10_000;

interface Torn {
  readonly place: Place;
  readonly message: string;
}

/** Every line is whole, or vouched for: matched by hash and length, and counted, since a database knows no offsets. */
export class FramingCheck {
  readonly #verdict: Verdict;
  readonly #torn = new Map<string, Torn[]>();
  #open = 0;
  recovered = 0;

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  /** More is wrong than is worth reading on for. */
  get isHopeless(): boolean {
    return this.#open >= MAX_TORN;
  }

  torn(place: Place, length: number, hash: string, message: string): void {
    this.#open += 1;
    const key = `${String(length)}:${hash}`;
    const same = this.#torn.get(key);
    if (same === undefined) this.#torn.set(key, [{ place, message }]);
    else same.push({ place, message });
  }

  /** Takes the `detail` of a recovery entry. Two writers may have vouched for one line, so one too many is no fault. */
  vouch(detail: string | null, place: Place): void {
    const span = parseTorn(detail);
    if (span === null) {
      this.#verdict.fail('schema', place, 'detail of the recovery entry is not what schema version 1 says');
      return;
    }
    const same = this.#torn.get(`${String(span.length)}:${span.hash}`);
    if (same?.shift() === undefined) return;
    this.#open -= 1;
    this.recovered += 1;
  }

  end(): void {
    for (const lines of this.#torn.values()) {
      for (const { place, message } of lines) this.#verdict.fail('framing', place, `${message}, and no recovery entry vouches for it`);
    }
  }
}
