import { createHash } from 'node:crypto';
import { enforceStream, type EnforceStreamOptions, type TextPipe } from '@enforcecore/core';

interface Waiting<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

/** One streamed text as one enforced call: what is pushed passes the rooms, and comes back as what may be let out. */
export class TextChannel implements TextPipe {
  readonly counts = {};
  readonly #chunks: AsyncIterator<string>;
  readonly #seen = createHash('sha256');
  /** The enforced stream asks for more. */
  #hungry = waiting<'hungry'>();
  #asked: Waiting<IteratorResult<string>> | undefined;
  #pulled: Promise<IteratorResult<string>> | undefined;

  constructor(options: EnforceStreamOptions) {
    const source: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({ next: () => this.#ask(), return: () => Promise.resolve({ done: true, value: undefined }) }),
    };
    this.#chunks = enforceStream(source, options)[Symbol.asyncIterator]();
  }

  /** Of the text so far, by which the same text is known where it comes once more. */
  get digest(): string {
    return this.#seen.copy().digest('base64');
  }

  static digestOf(text: string): string {
    return createHash('sha256').update(text, 'utf16le').digest('base64');
  }

  /** @throws EnforceCoreError what the policy refuses. */
  async push(text: string): Promise<string> {
    // As code units: a chunk may end inside of a character.
    this.#seen.update(text, 'utf16le');
    const before = await this.#collect();
    this.#give({ done: false, value: text });
    return before + (await this.#collect());
  }

  async flush(): Promise<string> {
    const before = await this.#collect();
    this.#give({ done: true, value: undefined });
    return before + (await this.#collect());
  }

  /** Nobody reads on: what was held back is dropped, and the call recorded as left. */
  async leave(): Promise<void> {
    this.#give({ done: true, value: undefined });
    await this.#chunks.return?.();
  }

  /** What comes until the stream asks for more, or ends. */
  async #collect(): Promise<string> {
    let text = '';
    for (;;) {
      this.#pulled ??= this.#chunks.next();
      const step = await Promise.race([this.#pulled, this.#hungry.promise]);
      if (step === 'hungry') return text;
      if (step.done === true) return text;
      this.#pulled = undefined;
      text += step.value;
    }
  }

  #ask(): Promise<IteratorResult<string>> {
    this.#asked = waiting();
    this.#hungry.resolve('hungry');
    return this.#asked.promise;
  }

  #give(step: IteratorResult<string>): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    this.#asked = undefined;
    this.#hungry = waiting();
    asked.resolve(step);
  }
}

function waiting<T>(): Waiting<T> {
  let resolve: ((value: T) => void) | undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: resolve as (value: T) => void }; // the executor has run by now
}
