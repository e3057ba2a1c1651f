import type { AnsweredRequest } from '@enforcecore/audit/witness';
import { jsonText } from '../render/json-text.js';
import { plainText } from '../render/plain-text.js';
import { cut } from '../render/table.js';
import type { Session } from '../session.js';

const longest = 120;

/** One line a request, in the order of the answers. */
export class RequestLog {
  readonly #session: Session;
  readonly #isJson: boolean;
  #writing: Promise<void> = Promise.resolve();
  #giveUp: (reason: unknown) => void = () => undefined;
  /** Rejects when nobody reads the lines any more. */
  readonly closed: Promise<never>;

  constructor(session: Session, isJson: boolean) {
    this.#session = session;
    this.#isJson = isJson;
    this.closed = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    // Waited for by whoever serves; until then it is no unhandled failure.
    this.closed.catch(() => undefined);
  }

  answered({ method, path, status, about }: AnsweredRequest): void {
    const time = this.#session.io.now().toISOString();
    if (this.#isJson) {
      const [origin, size] = about === null ? [null, null] : [shown(about.origin), about.size];
      this.#write(jsonText({ time, method: shown(method), path: shown(path), status, origin, size }));
      return;
    }
    const subject = about === null ? '' : `  ${shown(about.origin)} size ${String(about.size)}`;
    this.#write(`${time}  ${status === null ? '---' : String(status)}  ${shown(method)} ${shown(path)}${subject}`);
  }

  /** What went wrong inside, which clients are not told. */
  failed(error: unknown): void {
    const message = error instanceof Error ? error.message : 'unknown failure';
    this.#session.complain(message).catch(this.#giveUp);
  }

  /** Everything said so far is written. */
  flush(): Promise<void> {
    return this.#writing;
  }

  #write(line: string): void {
    this.#writing = this.#writing.then(() => this.#session.print(`${line}\n`)).catch((error: unknown) => {
      this.#giveUp(error);
    });
  }
}

/** Requests are strangers' text. */
function shown(text: string): string {
  return cut(plainText(text), longest);
}
