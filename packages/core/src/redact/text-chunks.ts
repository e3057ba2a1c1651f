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
  /** What was told of the present pipe's counts. */
  #told: Readonly<Record<string, number>> = {};
  #bytes: ByteText | undefined;

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
    const bytes = (this.#bytes ??= new ByteText(Buffer.isBuffer(chunk)));
    const text = bytes.decode(chunk);
    // What was read as UTF-8 so far is written as UTF-8 before the rest is read otherwise.
    return text === undefined ? inOrder([() => this.#endText(), () => this.#text(bytes.readAsLatin())]) : this.#text(text);
  }

  #text(text: string): Later<readonly unknown[]> {
    const pipe = (this.#pipe ??= this.#open());
    return after(pipe.push(text), (out) => {
      this.#tell(pipe);
      return this.#encoded(out);
    });
  }

  #endBytes(): Later<readonly unknown[]> {
    const bytes = this.#bytes;
    if (bytes === undefined) return [];
    return inOrder([
      () => this.#endText(),
      () => (bytes.isCutOff ? this.#text(bytes.readAsLatin()) : []),
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
      this.#tell(pipe);
      this.#told = {};
      return this.#encoded(rest);
    });
  }

  /** Counts as text is let go: a stream that is left early has been cleaned up to there. */
  #tell({ counts }: TextPipe): void {
    const news = Object.entries(counts).flatMap(([category, n]): [string, number][] => {
      const more = n - (Object.hasOwn(this.#told, category) ? (this.#told[category] ?? 0) : 0);
      return more > 0 ? [[category, more]] : [];
    });
    if (news.length === 0) return;
    this.#told = counts;
    this.#count(news.reduce((sum, [, n]) => sum + n, 0), Object.fromEntries(news));
  }

  #encoded(text: string): readonly unknown[] {
    if (text === '') return [];
    return this.#bytes === undefined ? [text] : [this.#bytes.encode(text)];
  }
}

/** Bytes read as UTF-8 text, or from the first byte that is none on as Latin-1, in which every byte is a character. */
class ByteText {
  readonly #buffer: boolean;
  readonly #strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** What is not decoded yet: the beginning of a character whose end is in the next chunk, or what is no UTF-8. */
  #waiting: Uint8Array = new Uint8Array();
  #latin = false;

  constructor(buffer: boolean) {
    this.#buffer = buffer;
  }

  get isCutOff(): boolean {
    return this.#waiting.length > 0;
  }

  /** Undefined for bytes that are no UTF-8. */
  decode(chunk: Uint8Array): string | undefined {
    if (this.#latin) return latin(chunk);
    const bytes = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    const whole = bytes.length - cutOff(bytes);
    try {
      const text = this.#strict.decode(bytes.subarray(0, whole));
      this.#waiting = Uint8Array.from(bytes.subarray(whole));
      return text;
    } catch {
      this.#waiting = Uint8Array.from(bytes); // safe to go on: read as Latin-1, every byte takes part
      return undefined;
    }
  }

  readAsLatin(): string {
    this.#latin = true;
    const text = latin(this.#waiting);
    this.#waiting = new Uint8Array();
    return text;
  }

  encode(text: string): Uint8Array {
    const bytes = Buffer.from(text, this.#latin && !/[^\x00-\xff]/.test(text) ? 'latin1' : 'utf8');
    return this.#buffer ? bytes : new Uint8Array(bytes);
  }
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Bytes at the end that begin a character of UTF-8 and do not end it (RFC 3629). */
function cutOff(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
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
