import { RedactError } from './errors.js';
import type { Finding, TextRedaction } from './finding.js';
import { safeCut, type CutRules } from './stream/safe-cut.js';

/** What a stream needs of its redactor. */
export interface StreamSource {
  readonly rules: CutRules;
  /** What is found, and where a value begins that the end of the text may have cut off, or -1. */
  look(text: string): { readonly findings: readonly Finding[]; readonly openFrom: number; readonly doubtful: boolean };
  /** The part of the text redacted, the rest is context; undefined when a value crosses its end after all. */
  redactFrom(text: string, findings: readonly Finding[], part: { readonly from: number; readonly to: number; readonly doubtful: boolean }): TextRedaction | undefined;
}

/** Longest text held back while a line, a value or a key block is incomplete. */
const longestHeld = 10 * 1024 * 1024;
/** What has been let go of the present line and may still explain what follows: names, words before numbers. */
const mostContext = 768;
const keptContext = 384;
/** Less than this is looked at again whenever a word ends. */
const briefly = 256;

/**
 * Redacts a text in pieces; the pieces joined are what redacting the whole would have answered. What can be part of no
 * value is released at once, the rest with the next words. More than 10 Mi units held back are refused with `BUDGET`.
 */
export class StreamRedactor {
  readonly #source: StreamSource;
  readonly #counts = new Map<string, number>();
  /** Released text of this line, then what is held. */
  #text = '';
  #from = 0;
  /** Pieces not yet looked at, because a look is worth it only when the held text has grown enough. */
  #waiting: string[] = [];
  #waits = 0;
  #patience = 0;
  /** Whether something has arrived that can be let go: text is cut behind white space only. */
  #worth = false;
  #ended = false;

  constructor(source: StreamSource) {
    this.#source = source;
  }

  /** Findings so far by category. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Whether whole lines are waited for. */
  get lineWise(): boolean {
    return this.#source.rules.lineWise;
  }

  /** What `push` would look at: the held lines and this piece, as far as its last line end. */
  linesWith(chunk: string): string {
    const text = this.#text + this.#waiting.join('') + chunk;
    return text.slice(0, text.lastIndexOf('\n') + 1);
  }

  get held(): string {
    return this.#text + this.#waiting.join('');
  }

  /** Takes a piece and answers what can be released, sometimes nothing. */
  push(chunk: string): string {
    if (this.#ended) throw new RedactError('INPUT', 'the stream has been flushed');
    if (typeof chunk !== 'string') throw new RedactError('INPUT', `only text can be redacted, got ${typeof chunk}`);
    if (chunk === '') return '';
    this.#waiting.push(chunk);
    this.#waits += chunk.length;
    this.#worth ||= this.#source.rules.lineWise ? chunk.includes('\n') : /[ \t\n]/.test(chunk);
    if (!this.#worth || this.#waits < this.#patience) return this.#bounded('');
    return this.#bounded(this.#release());
  }

  /** Ends the stream and answers the rest. */
  flush(): string {
    if (this.#ended) return '';
    this.#ended = true;
    const text = this.#text + this.#waiting.join('');
    const { findings, doubtful } = this.#source.look(text);
    const out = this.#redact(text, findings, text.length, doubtful) ?? '';
    this.#text = '';
    this.#waiting = [];
    return out;
  }

  /** Forgets what is held and counted; the next piece begins a new text. */
  reset(): void {
    this.#counts.clear();
    this.#forget();
    this.#ended = false;
  }

  #forget(): void {
    this.#text = '';
    this.#from = 0;
    this.#waiting = [];
    this.#waits = 0;
    this.#patience = 0;
    this.#worth = false;
  }

  #release(): string {
    const text = this.#text + this.#waiting.join('');
    this.#waiting = [];
    this.#waits = 0;
    this.#worth = false;
    const { findings, openFrom, doubtful } = this.#source.look(text);
    const cut = safeCut(text, this.#from, findings, openFrom, this.#source.rules);
    const held = text.length - cut;
    // A long text that stays held is looked at again only when it has grown by a part of itself: the sum stays linear.
    this.#patience = held < briefly ? 0 : held >> 3;
    if (cut === this.#from) {
      this.#text = text;
      return '';
    }
    const out = this.#redact(text, findings, cut, doubtful);
    if (out === undefined) this.#text = text;
    else this.#remember(text, cut);
    return out ?? '';
  }

  /** Keeps the released part of the present line as context. */
  #remember(text: string, cut: number): void {
    let start = text.lastIndexOf('\n', cut - 1) + 1;
    if (cut - start > mostContext) start = text.indexOf(' ', cut - keptContext) + 1;
    if (start === 0 && cut > mostContext) start = cut - keptContext;
    this.#text = text.slice(start);
    this.#from = cut - start;
  }

  #redact(text: string, findings: readonly Finding[], to: number, doubtful: boolean): string | undefined {
    const redacted = this.#source.redactFrom(text, findings, { from: this.#from, to, doubtful });
    if (redacted === undefined) return undefined;
    const { text: clean, findings: hidden } = redacted;
    for (const { category } of hidden) this.#counts.set(category, (this.#counts.get(category) ?? 0) + 1);
    return clean;
  }

  #bounded(out: string): string {
    if (this.#text.length - this.#from + this.#waits <= longestHeld) return out;
    this.#forget();
    this.#ended = true;
    throw new RedactError('BUDGET', `a line or value longer than ${String(longestHeld)} characters cannot be streamed`);
  }
}

/** A stream whose names are recognised by somebody who answers later. */
export class AsyncStreamRedactor {
  readonly #stream: StreamRedactor;
  readonly #foresee: (text: string, signal?: AbortSignal) => Promise<unknown>;

  constructor(stream: StreamRedactor, foresee: (text: string, signal?: AbortSignal) => Promise<unknown>) {
    this.#stream = stream;
    this.#foresee = foresee;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#stream.counts;
  }

  async push(chunk: string, signal?: AbortSignal): Promise<string> {
    if (this.#stream.lineWise && typeof chunk === 'string' && chunk.includes('\n')) await this.#foresee(this.#stream.linesWith(chunk), signal);
    return this.#stream.push(chunk);
  }

  async flush(signal?: AbortSignal): Promise<string> {
    await this.#foresee(this.#stream.held, signal);
    return this.#stream.flush();
  }

  reset(): void {
    this.#stream.reset();
  }
}
