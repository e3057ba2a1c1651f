import { RedactError } from './errors.js';
import type { Finding } from './finding.js';

/** What a stream needs of its redactor. */
export interface StreamSource {
  detect(text: string): { readonly findings: readonly Finding[]; readonly openFrom: number };
  replace(text: string, findings: readonly Finding[]): string;
}

/** Longest text held back while a line or a key block is incomplete. */
const longestHeld = 10 * 1024 * 1024;

/**
 * Redacts a text in pieces. Whole lines are released, because no finding but a key block crosses a line end; an
 * open block is held until it closes. An unfinished line longer than 10 Mi units is refused with `BUDGET`.
 */
export class StreamRedactor {
  readonly #source: StreamSource;
  readonly #counts = new Map<string, number>();
  #parts: string[] = [];
  #held = 0;
  /** Whole lines of an open block that need not be scanned again before the text has doubled. */
  #patience = 0;
  #ended = false;

  constructor(source: StreamSource) {
    this.#source = source;
  }

  /** Findings so far by category. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Takes a piece and answers what can be released, often nothing. */
  push(chunk: string): string {
    if (this.#ended) throw new RedactError('INPUT', 'the stream has been flushed');
    if (typeof chunk !== 'string') throw new RedactError('INPUT', `only text can be redacted, got ${typeof chunk}`);
    this.#parts.push(chunk);
    this.#held += chunk.length;
    if (chunk.includes('\n') && this.#held >= this.#patience) return this.#release();
    if (this.#held > longestHeld) throw new RedactError('BUDGET', `a line longer than ${String(longestHeld)} characters cannot be streamed`);
    return '';
  }

  /** Ends the stream and answers the rest. */
  flush(): string {
    this.#ended = true;
    const text = this.#parts.join('');
    this.#parts = [];
    this.#held = 0;
    return this.#redact(text, this.#source.detect(text).findings);
  }

  #release(): string {
    const text = this.#parts.join('');
    const lines = text.slice(0, text.lastIndexOf('\n') + 1);
    const { findings, openFrom } = this.#source.detect(lines);
    const cut = openFrom < 0 ? lines.length : lineBefore(lines, openFrom, findings);
    const rest = text.slice(cut);
    this.#parts = rest === '' ? [] : [rest];
    this.#held = rest.length;
    // While a block is open each line would be scanned again and again; doubling keeps the sum linear.
    this.#patience = openFrom < 0 ? 0 : Math.min(2 * (lines.length - cut), lines.length - cut + 4096);
    if (cut === 0) return '';
    return this.#redact(lines.slice(0, cut), findings.filter((finding) => finding.end <= cut));
  }

  #redact(text: string, findings: readonly Finding[]): string {
    if (findings.length === 0) return text;
    for (const { category } of findings) this.#counts.set(category, (this.#counts.get(category) ?? 0) + 1);
    return this.#source.replace(text, findings);
  }
}

/** The last line start up to `at` that stands inside no finding: an earlier block may end on the line of an open one. */
function lineBefore(text: string, at: number, findings: readonly Finding[]): number {
  let cut = text.lastIndexOf('\n', at) + 1;
  for (let k = findings.length - 1; k >= 0; k -= 1) {
    const finding = findings[k];
    if (finding !== undefined && finding.start < cut && finding.end > cut) cut = text.lastIndexOf('\n', finding.start) + 1;
  }
  return cut;
}
