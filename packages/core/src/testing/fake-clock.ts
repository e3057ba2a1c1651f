import type { Clock } from '../time/clock.js';

interface Alarm {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that stands still until a test turns it. */
export class FakeClock implements Clock {
  #elapsed = 0;
  readonly #epoch: number;
  readonly #alarms = new Set<Alarm>();

  /** @param epoch what `now()` says at the start, milliseconds since 1970. */
  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#epoch + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  schedule(ms: number, action: () => void): () => void {
    const alarm = { at: this.#elapsed + ms, action };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  /** Timers that are set and not yet due. */
  get pending(): number {
    return this.#alarms.size;
  }

  /** Moves time on, and runs what falls due on the way, in its order. */
  advance(ms: number): void {
    const until = this.#elapsed + ms;
    for (;;) {
      const due = [...this.#alarms].filter((alarm) => alarm.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#alarms.delete(due);
      this.#elapsed = Math.max(this.#elapsed, due.at);
      due.action();
    }
    this.#elapsed = until;
  }
}
