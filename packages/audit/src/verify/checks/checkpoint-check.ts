import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import type { ReadCheckpoint } from '../../checkpoint/read-record.js';
import type { Place, Verdict } from '../verdict.js';
import type { Met, RootWatch } from './root-watch.js';

// Writers on several machines make checkpoints, and no two clocks are the same.
const CLOCK_TOLERANCE_MS = 60_000;

interface Made {
  readonly size: number;
  readonly timeMs: number;
  readonly place: Place;
}

/** What is known of the checkpoints beside a log. */
export interface CheckpointSummary {
  readonly count: number;
  /** Of the one that covers most; null where there is none. */
  readonly lastSize: number | null;
  /** When that was made, RFC 3339 in UTC; nobody signs this. */
  readonly lastTime: string | null;
}

/** At every size of which there is a checkpoint the log has the root that it says. Compares by size, as several writers add them. */
export class CheckpointCheck {
  readonly #verdict: Verdict;
  readonly #watch: RootWatch;
  readonly #made: Made[] = [];
  #last: { readonly size: number; readonly time: string } | null = null;
  #count = 0;
  #before = 0;
  #compared = 0;
  #unreadable = 0;
  #hasGiven = false;

  constructor(verdict: Verdict, watch: RootWatch) {
    this.#verdict = verdict;
    this.#watch = watch;
  }

  /** One that is kept beside the log. */
  kept({ record, checkpoint }: ReadCheckpoint, place: Place): void {
    this.#count += 1;
    this.#made.push({ size: checkpoint.size, timeMs: Date.parse(record.time), place });
    if (this.#last === null || checkpoint.size > this.#last.size) this.#last = { size: checkpoint.size, time: record.time };
    this.#watch.add(checkpoint.size, checkpoint.root, (met) => {
      if (met === 'before') this.#before += 1;
      else this.#judge(met, checkpoint, place, 'this checkpoint');
    });
  }

  /** One that the user gives. */
  given(checkpoint: Checkpoint, place: Place): void {
    this.#hasGiven = true;
    this.#watch.add(checkpoint.size, checkpoint.root, (met) => {
      if (met === 'before') this.#verdict.fail('checkpoints', place, `what the given checkpoint covers (${String(checkpoint.size)} lines) is before the first line that was read, so it shows nothing: give a later one`);
      else this.#judge(met, checkpoint, place, 'the given checkpoint');
    });
  }

  /** A line of which a crash left a part. */
  unreadable(): void {
    this.#unreadable += 1;
  }

  end(): CheckpointSummary {
    if (this.#count === 0 && !this.#hasGiven) this.#verdict.doubt('checkpoints', 'there is none: only an expectation or a witness shows that the log is whole');
    if (this.#unreadable > 0) this.#verdict.doubt('checkpoints', `${String(this.#unreadable)} lines are parts of checkpoints, as a crash leaves them`);
    if (this.#before > 0) this.#verdict.doubt('checkpoints', `${String(this.#before)} are of sizes before the first entry that was read`);
    if (this.#compared > 0) this.#verdict.note('checkpoints', `${String(this.#compared)} compared`);
    this.#clock();
    return { count: this.#count, lastSize: this.#last?.size ?? null, lastTime: this.#last?.time ?? null };
  }

  #judge(met: Met, { size }: Checkpoint, place: Place, which: string): void {
    this.#compared += 1;
    if (met === 'other') this.#verdict.fail('checkpoints', place, `the log has another root at size ${String(size)} than ${which} says`);
    if (met === 'beyond') this.#verdict.fail('checkpoints', place, `the log is shorter than ${which} says: it had ${String(size)} lines`);
  }

  #clock(): void {
    const bySize = this.#made.sort((a, b) => a.size - b.size);
    let latest = -Infinity;
    for (const { timeMs, place } of bySize) {
      if (timeMs < latest - CLOCK_TOLERANCE_MS) {
        this.#verdict.fail('clock', place, 'the checkpoint is more than a minute older than one of fewer lines');
      }
      latest = Math.max(latest, timeMs);
    }
  }
}
