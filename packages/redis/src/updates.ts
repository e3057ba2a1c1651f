import type { Deadlines } from './deadlines.js';
import { isOutage } from './errors.js';
import type { Parcel } from './operation.js';
import type { Scripts } from './scripts.js';
import { spentOperation, type Entry, type Spending } from './spending.js';

/** Calls whose end waits to be told. Beyond it the oldest are left to their leases. */
const mostWaiting = 10_000;
const mostInOneMessage = 100;

interface Message {
  readonly entries: readonly { readonly entry: Entry; readonly sum: number }[];
  readonly parcels: readonly Parcel[];
}

/** Tells the server what became of calls: soon, without anyone waiting, and again until it has heard. */
export class Updates {
  readonly #scripts: Scripts;
  readonly #deadlines: Deadlines;
  readonly #spending: Spending;
  readonly #nowMs: () => number;
  readonly #failed: (error: unknown) => void;
  #waiting: Parcel[] = [];
  #isPlanned = false;
  #isOpen = false;
  #most = mostInOneMessage;

  constructor(scripts: Scripts, deadlines: Deadlines, spending: Spending, nowMs: () => number, failed: (error: unknown) => void) {
    this.#scripts = scripts;
    this.#deadlines = deadlines;
    this.#spending = spending;
    this.#nowMs = nowMs;
    this.#failed = failed;
  }

  /** While it is closed everything waits. */
  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen;
    if (isOpen) this.plan();
  }

  add(parcel: Parcel): void {
    if (parcel.length === 0) return;
    this.#waiting.push(parcel);
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    this.plan();
  }

  /** Sends soon, together with what else comes up in this turn. */
  plan(): void {
    if (this.#isPlanned || !this.#isOpen) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.flush();
    });
  }

  /** Sends now: the server hears of it before whatever is sent next. */
  flush(): void {
    while (this.#isOpen && this.#hasWaiting) {
      this.#send(this.#next()).catch((error: unknown) => {
        // Safe to go on: what the message said waits again.
        this.#failed(error);
      });
    }
  }

  /**
   * Sends everything, `first` before it and only now, and waits until the server has it.
   *
   * @throws Error as soon as one message fails
   */
  async drain(first: readonly Parcel[] = []): Promise<void> {
    for (let i = 0; i === 0 || i < first.length; i += mostInOneMessage) {
      await this.#deadlines.within(this.#scripts.update(first.slice(i, i + mostInOneMessage).flat()));
    }
    while (this.#hasWaiting) await this.#send(this.#next());
  }

  get #hasWaiting(): boolean {
    return this.#waiting.length > 0 || this.#spending.hasUnsent;
  }

  /** Money first: between two messages it may count twice, and never not at all. */
  #next(): Message {
    const entries = this.#spending.takeUnsent(this.#most).map((entry) => ({ entry, sum: entry.own }));
    return { entries, parcels: this.#waiting.splice(0, this.#most - entries.length) };
  }

  async #send(message: Message): Promise<void> {
    const operations = [...message.entries.map(({ entry }) => spentOperation(entry)), ...message.parcels.flat()];
    try {
      const answer = await this.#deadlines.within(this.#scripts.update(operations));
      if (answer === '-1') throw new Error('the message was overtaken by a later one');
      this.#most = Math.min(2 * this.#most, mostInOneMessage);
      for (const { entry, sum } of message.entries) this.#spending.confirmed(entry, sum, this.#nowMs());
    } catch (error) {
      this.#again(message, error);
      throw error;
    }
  }

  #again({ entries, parcels }: Message, error: unknown): void {
    const isAlone = entries.length + parcels.length === 1;
    // What the server refuses by itself would be refused for ever: it is left to its lease, the rest is sent without it.
    if (!isOutage(error) && isAlone) return;
    if (!isOutage(error)) this.#most = 1;
    for (const { entry } of entries) this.#spending.lost(entry);
    this.#waiting = [...parcels, ...this.#waiting].slice(-mostWaiting);
  }
}
