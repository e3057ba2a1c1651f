import type { Session } from '../session.js';
import { bytesText } from './amounts.js';

const fromBytes = 8_000_000;
const everyMs = 100;

/** A line on a terminal that counts up while a large file is read; nothing elsewhere, and nothing for small files. */
export class Progress {
  readonly #session: Session;
  readonly #verb: string;
  #shownAt = Number.NEGATIVE_INFINITY;
  #shown = false;

  constructor(session: Session, verb: string) {
    this.#session = session;
    this.#verb = verb;
  }

  show(done: number, total: number): void {
    const { io } = this.#session;
    if (!io.stderr.isTerminal || total < fromBytes) return;
    const now = io.monotonicMs();
    if (now - this.#shownAt < everyMs) return;
    this.#shownAt = now;
    this.#shown = true;
    const percent = Math.floor((100 * done) / total);
    // Whoever closed standard error does not watch; the work goes on.
    io.stderr.write(`\r\x1b[K${this.#verb} ${String(percent)} % of ${bytesText(total)}`).catch(() => undefined);
  }

  async clear(): Promise<void> {
    if (this.#shown) await this.#session.io.stderr.write('\r\x1b[K');
  }
}
