import type { TextRedaction } from '@enforcecore/redact';
import type { ChunkFilter } from '../pipeline/stage.js';
import type { PiiRules } from '../policy/policy.js';
import type { Redactor } from './redactor.js';

type Count = (total: number, byCategory: Readonly<Record<string, number>>) => void;
/** Takes streamed text and gives what may be let out of it. */
export type TextPipe = NonNullable<ReturnType<NonNullable<Redactor['stream']>>>;

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

  push(chunk: unknown): readonly unknown[] {
    if (typeof chunk === 'string') return [...this.#endBytes(), ...this.#text(chunk)];
    if (chunk instanceof Uint8Array || Buffer.isBuffer(chunk)) {
      const before = this.#bytes === undefined ? this.#endText() : [];
      this.#bytes ??= { decoder: new TextDecoder(), buffer: Buffer.isBuffer(chunk) };
      return [...before, ...this.#text(this.#bytes.decoder.decode(chunk, { stream: true }))];
    }
    return [...this.end(), this.#clean(chunk)];
  }

  end(): readonly unknown[] {
    return [...this.#endBytes(), ...this.#endText()];
  }

  #text(text: string): readonly unknown[] {
    this.#pipe ??= this.#open();
    return this.#encoded(this.#pipe.push(text));
  }

  #endBytes(): readonly unknown[] {
    if (this.#bytes === undefined) return [];
    const rest = [...this.#text(this.#bytes.decoder.decode()), ...this.#endText()];
    this.#bytes = undefined;
    return rest;
  }

  #endText(): readonly unknown[] {
    const pipe = this.#pipe;
    if (pipe === undefined) return [];
    this.#pipe = undefined;
    const rest = this.#encoded(pipe.flush());
    const total = Object.values(pipe.counts).reduce((sum, n) => sum + n, 0);
    if (total > 0) this.#count(total, pipe.counts);
    return rest;
  }

  #encoded(text: string): readonly unknown[] {
    if (text === '') return [];
    if (this.#bytes === undefined) return [text];
    const bytes = Buffer.from(text, 'utf8');
    return [this.#bytes.buffer ? bytes : new Uint8Array(bytes)];
  }
}

/** A redactor's own pipe, or one that waits for the whole text. */
export function redactingPipe(redactor: Redactor, rules: PiiRules): TextPipe {
  return redactor.stream?.(rules) ?? new WholeText((text) => redactor.redact(text, rules));
}

/** For a redactor that knows no streams: nothing is let out before everything was seen. */
class WholeText implements TextPipe {
  readonly #redact: (text: string) => TextRedaction;
  readonly #parts: string[] = [];
  readonly counts: Record<string, number> = {};

  constructor(redact: (text: string) => TextRedaction) {
    this.#redact = redact;
  }

  push(chunk: string): string {
    this.#parts.push(chunk);
    return '';
  }

  flush(): string {
    const { text, findings } = this.#redact(this.#parts.join(''));
    for (const { category } of findings) this.counts[category] = (this.counts[category] ?? 0) + 1;
    return text;
  }
}
