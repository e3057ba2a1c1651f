import type { Session } from '../session.js';
import { bytesText, grouped } from './amounts.js';
import { plainText } from './plain-text.js';
import { cut } from './table.js';

const everyMs = 100;
/** What is done sooner needs no watching. */
const fromMs = 400;

/** A line on a terminal that counts files and bytes; nothing elsewhere. */
export class FileProgress {
  readonly #session: Session;
  readonly #verb: string;
  readonly #total: number | undefined;
  readonly #startedAt: number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #shown = false;
  #files = 0;
  #bytes = 0;
  #name = '';

  constructor(session: Session, verb: string, total?: number) {
    this.#session = session;
    this.#verb = verb;
    this.#total = total;
    this.#startedAt = session.io.monotonicMs();
  }

  begin(name: string): void {
    this.#files += 1;
    this.#name = name;
    this.#show();
  }

  /** The bytes, counted on their way. */
  async *counting(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      yield chunk;
      this.#bytes += chunk.length;
      this.#show();
    }
  }

  /** Takes the line away, for output that may go to the same terminal. */
  async clear(): Promise<void> {
    if (!this.#shown) return;
    this.#shown = false;
    await this.#session.io.stderr.write('\r\x1b[K');
  }

  #show(): void {
    const { io } = this.#session;
    if (!io.stderr.isTerminal) return;
    const now = io.monotonicMs();
    if (now - this.#shownAt < everyMs || now - this.#startedAt < fromMs) return;
    this.#shownAt = now;
    this.#shown = true;
    const files = this.#total === undefined ? `file ${grouped(this.#files)}` : `file ${grouped(this.#files)} of ${grouped(this.#total)}`;
    const line = `${this.#verb} ${files}, ${bytesText(this.#bytes)}  ${plainText(this.#name)}`;
    // Whoever closed standard error does not watch; the work goes on.
    io.stderr.write(`\r\x1b[K${cut(line, (io.stderr.columns ?? 80) - 1)}`).catch(() => undefined);
  }
}
