import type { EntryDraft, Intent } from '../entry/entry.js';
import { TrailError } from '../errors.js';
import { isPromise } from '../store/steps.js';
import type { AppendReceipt, AuditBackend } from './audit-backend.js';

/** How many must succeed. */
export interface MultiBackendOptions {
  /** So many of the backends must succeed; all of them where none is given. */
  readonly quorum?: number | undefined;
  /** Told of every backend that failed while enough others succeeded. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

const LOCATION = 'multi';

function attempt<T>(work: () => T | Promise<T>, canWait: boolean): Outcome<T> | Promise<Outcome<T>> {
  try {
    const value = work();
    if (!isPromise(value)) return { ok: true, value };
    const settled = value.then(
      (result): Outcome<T> => ({ ok: true, value: result }),
      (error: unknown): Outcome<T> => ({ ok: false, error }),
    );
    if (canWait) return settled;
    return { ok: false, error: new TrailError('STORE', LOCATION, 'a backend has to be waited for, and the caller cannot wait: nobody knows what it did') };
  } catch (error) {
    return { ok: false, error };
  }
}

/** Counts what became of the same work at every backend, and says when it is decided. */
class Tally<T> {
  readonly #quorum: number;
  readonly #outcomes: (Outcome<T> | undefined)[];
  readonly #what: string;
  readonly #onWarning: (message: string) => void;
  #isTold = false;

  constructor(count: number, quorum: number, what: string, onWarning: (message: string) => void) {
    this.#outcomes = new Array<Outcome<T> | undefined>(count).fill(undefined);
    this.#quorum = quorum;
    this.#what = what;
    this.#onWarning = onWarning;
  }

  get isDecided(): boolean {
    return this.#count(true) >= this.#quorum || this.#count(false) > this.#outcomes.length - this.#quorum;
  }

  add(at: number, outcome: Outcome<T>): void {
    this.#outcomes[at] = outcome;
    // Whoever asked has its answer; this is all that is left to do.
    if (this.#isTold && !outcome.ok) this.#warn(at, outcome.error);
  }

  /** The value of the first backend, or of the first one that succeeded; asked once. */
  result(): T {
    this.#isTold = true;
    const failures: { readonly at: number; readonly error: unknown }[] = [];
    let first: Outcome<T> | null = null;
    for (const [at, outcome] of this.#outcomes.entries()) {
      if (outcome?.ok === true) first ??= outcome;
      else if (outcome !== undefined) failures.push({ at, error: outcome.error });
    }
    if (first?.ok !== true || this.#count(true) < this.#quorum) throw this.#tooFew(failures.map(({ error }) => error));
    for (const { at, error } of failures) this.#warn(at, error);
    return first.value;
  }

  #count(ok: boolean): number {
    return this.#outcomes.filter((outcome) => outcome?.ok === ok).length;
  }

  #tooFew(errors: readonly unknown[]): TrailError {
    const expected = `expected ${String(this.#quorum)} of ${String(this.#outcomes.length)} backends to succeed, ${String(errors.length)} failed`;
    return new TrailError('STORE', LOCATION, `cannot ${this.#what}: ${expected}: repair them, see the cause`, { cause: new AggregateError(errors, expected) });
  }

  #warn(at: number, error: unknown): void {
    this.#onWarning(`backend ${String(at + 1)} of ${String(this.#outcomes.length)} failed to ${this.#what}: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/**
 * Tells several backends of everything, each of which seals with a chain of its own: all must succeed, or a named quorum. Answers
 * at once where all do. The receipt is the first backend's, or that of the first one that succeeded.
 */
export class MultiBackend implements AuditBackend {
  readonly #backends: readonly AuditBackend[];
  readonly #quorum: number;
  readonly #onWarning: (message: string) => void;

  constructor(backends: readonly AuditBackend[], options: MultiBackendOptions = {}) {
    const { quorum = backends.length, onWarning = () => undefined } = options;
    if (backends.length === 0) throw new TrailError('OPTIONS', LOCATION, 'backends refused: expected at least one, got none: name one');
    if (!Number.isInteger(quorum) || quorum < 1 || quorum > backends.length) {
      throw new TrailError('OPTIONS', LOCATION, `option quorum refused: expected a whole number from 1 to ${String(backends.length)}: change it`);
    }
    this.#backends = [...backends];
    this.#quorum = quorum;
    this.#onWarning = onWarning;
  }

  begin(intent: Intent, canWait = false): void | Promise<void> {
    return this.#ask('begin a call', canWait, (backend) => backend.begin(intent, canWait));
  }

  append(draft: EntryDraft, canWait = false): AppendReceipt | Promise<AppendReceipt> {
    return this.#ask('append', canWait, (backend) => backend.append(draft, canWait));
  }

  /** Closes every backend, whatever becomes of the others; each failure counts. */
  close(): void | Promise<void> {
    const all = this.#backends.length;
    const closed = this.#tell<unknown>(new Tally(all, all, 'close', this.#onWarning), true, (backend) => backend.close());
    return isPromise(closed) ? closed.then(() => undefined) : undefined;
  }

  #ask<T>(what: string, canWait: boolean, work: (backend: AuditBackend) => T | Promise<T>): T | Promise<T> {
    return this.#tell(new Tally(this.#backends.length, this.#quorum, what, this.#onWarning), canWait, work);
  }

  /** Every backend is told, even when it is decided: a quorum is what must succeed, not who is told. */
  #tell<T>(tally: Tally<T>, canWait: boolean, work: (backend: AuditBackend) => T | Promise<T>): T | Promise<T> {
    const waiting: { readonly at: number; readonly outcome: Promise<Outcome<T>> }[] = [];
    for (const [at, backend] of this.#backends.entries()) {
      const outcome = attempt(() => work(backend), canWait);
      if (isPromise(outcome)) waiting.push({ at, outcome });
      else tally.add(at, outcome);
    }
    if (waiting.length === 0) return tally.result();
    return new Promise<T>((resolve, reject) => {
      let isSettled = false;
      const look = (): void => {
        if (isSettled || !tally.isDecided) return;
        isSettled = true;
        settle(tally, resolve, reject);
      };
      look();
      for (const { at, outcome } of waiting) {
        void outcome.then((settled) => {
          tally.add(at, settled);
          look();
        });
      }
    });
  }
}

/** Gives what was decided to whoever waits for it. */
function settle<T>(tally: Tally<T>, resolve: (value: T) => void, reject: (error: unknown) => void): void {
  try {
    resolve(tally.result());
  } catch (error) {
    reject(error);
  }
}
