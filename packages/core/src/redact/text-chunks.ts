import type { TextRedaction } from '@enforcecore/redact';
import type { ChunkFilter } from '../pipeline/stage.js';
import type { PiiRules } from '../policy/policy.js';
import type { Redactor, TextPipe } from './redactor.js';

type Count = (total: number, byCategory: Readonly<Record<string, number>>) => void;

/**
 * Cleans a streamed result. Text is one text however it is cut, so that a value across two chunks is found; bytes are
 * read as UTF-8 text; any other chunk is a value of its own, and ends the text before it.
 */
export class TextChunks implements Pick<ChunkFilter, 'push' | 'end'> {
  readonly #open: () => TextPipe;
  readonly #clean: (value: unknown) => unknown;
  readonly #count: Count;
  #pipe: TextPipe | undefined;
  #bytes: { readonly decoder: InstanceType<typeof TextDecoder>; readonly buffer: boolean } | undefined;

  constructor(open: () => TextPipe, clean: (value: unknown) => unknown, count: Count) {
    this.#open = open;
    this.#clean = clean;
    this.#count = count;
  }

  push(chunk: unknown): Later<readonly unknown[]> {
    if (typeof chunk === 'string') return inOrder([() => this.#endBytes(), () => this.#text(chunk)]);
    if (chunk instanceof Uint8Array || Buffer.isBuffer(chunk)) {
      const first = this.#bytes === undefined;
      return inOrder([() => (first ? this.#endText() : []), () => this.#decoded(chunk)]);
    }
    return inOrder([() => this.end(), () => after(this.#clean(chunk), (clean) => [clean])]);
  }

  end(): Later<readonly unknown[]> {
    return inOrder([() => this.#endBytes(), () => this.#endText()]);
  }

  #decoded(chunk: Uint8Array): Later<readonly unknown[]> {
    this.#bytes ??= { decoder: new TextDecoder(), buffer: Buffer.isBuffer(chunk) };
    return this.#text(this.#bytes.decoder.decode(chunk, { stream: true }));
  }

  #text(text: string): Later<readonly unknown[]> {
    this.#pipe ??= this.#open();
    return after(this.#pipe.push(text), (out) => this.#encoded(out));
  }

  #endBytes(): Later<readonly unknown[]> {
    const bytes = this.#bytes;
    if (bytes === undefined) return [];
    return inOrder([
      () => this.#text(bytes.decoder.decode()),
      () => this.#endText(),
      () => {
        this.#bytes = undefined;
        return [];
      },
    ]);
  }

  #endText(): Later<readonly unknown[]> {
    const pipe = this.#pipe;
    if (pipe === undefined) return [];
    this.#pipe = undefined;
    return after(pipe.flush(), (rest) => {
      const total = Object.values(pipe.counts).reduce((sum, n) => sum + n, 0);
      if (total > 0) this.#count(total, pipe.counts);
      return this.#encoded(rest);
    });
  }

  #encoded(text: string): readonly unknown[] {
    if (text === '') return [];
    if (this.#bytes === undefined) return [text];
    const bytes = Buffer.from(text, 'utf8');
    return [this.#bytes.buffer ? bytes : new Uint8Array(bytes)];
  }
}

type Later<T> = T | Promise<T>;

function after<T, U>(given: Later<T>, then: (value: T) => U): Later<U> {
  return given instanceof Promise ? given.then(then) : then(given);
}

/** The steps one after the other, and what they gave; waits only where a step does. */
function inOrder(steps: readonly (() => Later<readonly unknown[]>)[]): Later<readonly unknown[]> {
  return steps.reduce<Later<readonly unknown[]>>(
    (before, step) => {
      if (before instanceof Promise) return before.then(async (out) => [...out, ...(await step())]);
      return after(step(), (more) => (before.length === 0 ? more : [...before, ...more]));
    },
    [],
  );
}

/** A redactor's own pipe, or one that waits for the whole text. */
export function redactingPipe(redactor: Redactor, rules: PiiRules): TextPipe {
  return redactor.stream?.(rules) ?? new WholeText((text) => redactor.redact(text, rules));
}

/** For a redactor that knows no streams: nothing is let out before everything was seen. */
class WholeText implements TextPipe {
  readonly #redact: (text: string) => TextRedaction;
  readonly #parts: string[] = [];
  readonly #counts = new Map<string, number>();

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }


  constructor(redact: (text: string) => TextRedaction) {
    this.#redact = redact;
  }

  push(chunk: string): string {
    this.#parts.push(chunk);
    return '';
  }

  flush(): string {
    const { text, findings } = this.#redact(this.#parts.join(''));
    for (const { category } of findings) this.#counts.set(category, (this.#counts.get(category) ?? 0) + 1);
    return text;
  }
}
