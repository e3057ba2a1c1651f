import type { Detector } from './custom/detector.js';
import { RedactError } from './errors.js';
import { Sink, unite, type Finding } from './finding.js';
import { decodedPieces } from './fold/base64.js';
import { fold } from './fold/fold.js';
import type { SpanText } from './fold/span-text.js';
import { eachLine } from './lines.js';
import { scanNamed } from './named-text.js';
import type { Recognition, Recognized } from './ner/recognition.js';
import { isOwnToken } from './own-token.js';
import type { Plan } from './plan.js';
import { Scanner } from './scan.js';

export interface FinderOptions {
  readonly plan: Plan;
  readonly detectors: readonly Detector[];
  readonly recognition: Recognition | undefined;
  /** What detectors of one's own write in place of a value. */
  readonly ownTokens: readonly string[];
  readonly base64: boolean;
  readonly maxFindings: number;
  readonly maxLength: number;
}

/** Everything one text is searched for. */
export class Finder {
  readonly #options: FinderOptions;
  readonly #scanner: Scanner;
  /** Whether something sees whole lines, so that no part of a line can be judged alone. */
  readonly lineWise: boolean;

  constructor(options: FinderOptions) {
    this.#options = options;
    this.#scanner = new Scanner(options.plan);
    this.lineWise = options.detectors.length > 0 || options.recognition !== undefined;
  }

  /** What the text holds, in order, without overlaps. */
  find(text: string, name: string | undefined, sink: Sink, known?: Recognized): Finding[] {
    const { plan, base64, maxLength, maxFindings } = this.#options;
    if (typeof text !== 'string') throw new RedactError('INPUT', `only text can be redacted, got ${typeof text}`);
    if (text.length > maxLength) throw new RedactError('BUDGET', `a text of ${String(text.length)} characters is longer than ${String(maxLength)}; hand it over in parts, or as a stream`);
    if (this.#scanner.scan(text, false, sink)) this.#findFolded(text, sink);
    if (this.lineWise) this.#findInLines(text, sink, known);
    if (base64) this.#findDecoded(text, sink);
    if (name !== undefined && name !== '') scanNamed(text, name, plan, this.#scanner, sink);
    if (sink.found.length === 0) return sink.found;
    const findings = unite(sink.found.filter(({ start, end }) => !mayBeOwn(text, start) || !isOwnToken(text, start, end, this.#options.ownTokens)));
    if (findings.length > maxFindings) throw new RedactError('BUDGET', `more than ${String(maxFindings)} findings in one text`);
    return findings;
  }

  /** Scans the text without its disguise and maps what is found back onto the characters it stands for. */
  #findFolded(text: string, sink: Sink): void {
    const folded = fold(text);
    if (folded === undefined) return;
    const inner = new Sink();
    this.#scanner.scan(folded.text, true, inner);
    eachDetection(folded.text, this.#options, inner);
    for (const { kind, category, start, end } of inner.found) sink.found.push({ kind, category, ...spanOf(folded, start, end) });
    if (inner.openFrom >= 0) sink.open(folded.starts?.[inner.openFrom] ?? inner.openFrom);
  }

  #findInLines(text: string, sink: Sink, known: Recognized | undefined): void {
    eachDetection(text, this.#options, sink);
    const { recognition, ownTokens } = this.#options;
    if (recognition === undefined) return;
    eachLine(text, (line, start) => {
      recognition.addTo(sink, line, start, ownTokens, known);
    });
  }

  /** A finding inside an encoded run hides the run. */
  #findDecoded(text: string, sink: Sink): void {
    for (const piece of decodedPieces(text)) {
      const inner = new Sink();
      if (this.#scanner.scan(piece.text, false, inner)) this.#findFolded(piece.text, inner);
      if (this.lineWise) eachDetection(piece.text, this.#options, inner);
      const [first] = unite(inner.found);
      if (first !== undefined) sink.found.push({ kind: first.kind, category: first.category, start: piece.start, end: piece.end });
    }
  }
}

/** Our own replacements hold no white space and begin with `<`, `[`, `⟦` or `*`. */
function mayBeOwn(text: string, start: number): boolean {
  for (let i = start; i >= 0 && i > start - 64; i -= 1) {
    const c = text.charCodeAt(i);
    if (c <= 0x20) return false;
    if (c === 0x3c || c === 0x5b || c === 0x27e6 || c === 0x2a) return true;
  }
  return false;
}

function spanOf(folded: SpanText, start: number, end: number): { readonly start: number; readonly end: number } {
  return { start: folded.starts?.[start] ?? start, end: folded.ends?.[end - 1] ?? end };
}

function eachDetection(text: string, { detectors, ownTokens }: FinderOptions, sink: Sink): void {
  if (detectors.length === 0) return;
  eachLine(text, (line, offset) => {
    for (const detector of detectors) {
      for (const { start, end } of spansOf(detector, line)) {
        if (isOwnToken(line, start, end, ownTokens)) continue;
        sink.found.push({ kind: detector.kind ?? 'pii', category: detector.category, start: offset + start, end: offset + end });
      }
    }
  });
}

function spansOf(detector: Detector, line: string): readonly { readonly start: number; readonly end: number }[] {
  let spans: { readonly start: number; readonly end: number }[];
  try {
    spans = [...detector.detect(line)];
  } catch (error) {
    if (error instanceof RedactError) throw error;
    throw new RedactError('DETECTOR', `the detector of "${detector.category}" failed, so the text cannot pass; see the cause`, { cause: error });
  }
  for (const { start, end } of spans) {
    if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= line.length) continue;
    throw new RedactError('DETECTOR', `the detector of "${detector.category}" answered a span that is not in its line`);
  }
  return spans;
}
