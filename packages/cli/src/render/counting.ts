import type { Session } from '../session.js';
import { grouped } from './amounts.js';

const everyMs = 100;
/** Fewer need no watching. */
const fromEntries = 50_000;

/** A line on a terminal that counts entries up; nothing elsewhere, and nothing for few of them. */
export class Counting {
  readonly #session: Session;
  readonly #verb: string;
  readonly #total: number | undefined;
  #shownAt = Number.NEGATIVE_INFINITY;
  #shown = false;

  /** `total` is undefined where nobody knows it. */
  constructor(session: Session, verb: string, total?: number) {
    this.#session = session;
    this.#verb = verb;
    this.#total = total;
  }

  show(done: number): void {
    const { io } = this.#session;
    if (!io.stderr.isTerminal || (this.#total ?? done) < fromEntries) return;
    const now = io.monotonicMs();
    if (now - this.#shownAt < everyMs) return;
    this.#shownAt = now;
    this.#shown = true;
    const of = this.#total === undefined ? '' : ` of ${grouped(this.#total)}`;
    // Whoever closed standard error does not watch; the work goes on.
    io.stderr.write(`\r\x1b[K${this.#verb} ${grouped(done)}${of} entries`).catch(() => undefined);
  }

  async clear(): Promise<void> {
    if (!this.#shown) return;
    this.#shown = false;
    await this.#session.io.stderr.write('\r\x1b[K');
  }
}
