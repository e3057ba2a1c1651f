import type { OpenTrip } from './trip-book.js';

/** A call that tries whether what tripped the switch is over, or one that is made inside such a call. */
export class Trial {
  readonly #id: string;
  readonly #passed: readonly OpenTrip[];
  readonly #started: readonly OpenTrip[];
  readonly #joined: readonly Set<string>[];
  readonly #told: (entry: OpenTrip, wentWell: boolean) => void;
  #isOver = false;

  constructor(id: string, trips: readonly OpenTrip[], told: (entry: OpenTrip, wentWell: boolean) => void) {
    this.#id = id;
    this.#told = told;
    this.#passed = trips;
    this.#joined = trips.flatMap(({ trial }) => trial ?? []);
    this.#started = trips.filter(({ trial }) => trial === undefined);
    for (const entry of this.#started) entry.trial = new Set([id]);
    for (const trial of this.#joined) trial.add(id);
  }

  /** Whether the call was let through in spite of this trip. */
  hasPassed(trip: OpenTrip): boolean {
    return this.#passed.includes(trip);
  }

  /** @param went `unknown` for a call that was given up: it counts for nothing, and the next one tries */
  end(went: 'well' | 'badly' | 'unknown'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const trial of this.#joined) trial.delete(this.#id);
    for (const entry of this.#started) {
      entry.trial = undefined;
      if (went !== 'unknown') this.#told(entry, went === 'well');
    }
  }
}
