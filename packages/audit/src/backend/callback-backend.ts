import type { AuditEntry, EntryDraft, EntryFields, Intent } from '../entry/entry.js';
import { TrailError } from '../errors.js';
import { isPromise } from '../store/steps.js';
import type { AppendReceipt, AuditBackend } from './audit-backend.js';
import { Sealer, type Sealed } from './sealer.js';

/** Takes an entry and its line, without a newline; what it throws blocks the call, like every failure to record. */
export type EntryCallback = (entry: AuditEntry, line: string) => unknown;

/** What else a callback backend does. */
export interface CallbackBackendOptions {
  /** Told of a call before its tool may act; what it throws keeps the tool from running. */
  readonly onBegin?: ((fields: EntryFields) => unknown) | undefined;
  /** The clock, in milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

const LOCATION = 'callback';

/** Hands every sealed entry to a function, one after another; an entry whose function failed was never appended. */
export class CallbackBackend implements AuditBackend {
  readonly #callback: EntryCallback;
  readonly #onBegin: (fields: EntryFields) => unknown;
  readonly #sealer: Sealer;
  /** The calls that are under way: the next entry needs to know whether the one before it is kept. */
  #waiting: Promise<unknown> | null = null;

  constructor(callback: EntryCallback, { onBegin = () => undefined, now = Date.now }: CallbackBackendOptions = {}) {
    this.#callback = callback;
    this.#onBegin = onBegin;
    this.#sealer = new Sealer(LOCATION, now);
  }

  begin(intent: Intent, canWait = false): void | Promise<void> {
    const told = this.#onBegin(this.#sealer.intent(intent));
    if (!isPromise(told)) return undefined;
    if (!canWait) throw mustWait(told);
    return told.then(() => undefined);
  }

  append(draft: EntryDraft, canWait = false): AppendReceipt | Promise<AppendReceipt> {
    if (this.#waiting === null) return this.#hand(this.#sealer.seal(draft), canWait);
    if (!canWait) throw mustWait(null);
    return this.#after(this.#waiting.then(() => this.#hand(this.#sealer.seal(draft), true)));
  }

  /** Waits for what is under way. */
  close(): void | Promise<void> {
    if (this.#waiting === null) {
      this.#sealer.close();
      return undefined;
    }
    return this.#waiting.then(() => this.close());
  }

  #hand(sealed: Sealed, canWait: boolean): AppendReceipt | Promise<AppendReceipt> {
    const told = this.#callback(sealed.entry, sealed.line);
    if (!isPromise(told)) return this.#kept(sealed);
    const kept = this.#after(told.then(() => this.#kept(sealed)));
    if (!canWait) throw mustWait(kept);
    return kept;
  }

  #kept(sealed: Sealed): AppendReceipt {
    this.#sealer.keep(sealed);
    return sealed.receipt;
  }

  /** Lets the next one wait for this one, whatever becomes of it. */
  #after<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => undefined,
      // Whoever waits for the work itself is told.
      () => undefined,
    );
    this.#waiting = settled;
    void settled.then(() => {
      if (this.#waiting === settled) this.#waiting = null;
    });
    return work;
  }
}

function mustWait(work: Promise<unknown> | null): TrailError {
  // Nobody is left to hear of it: the caller is told now that nobody knows.
  work?.catch(() => undefined);
  const text = 'cannot append to callback: its function has to be waited for, and the caller cannot wait: make the tool asynchronous, or the function synchronous';
  return new TrailError('STORE', LOCATION, text);
}
