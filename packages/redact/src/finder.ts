import type { Detector } from './custom/detector.js';
import { RedactError } from './errors.js';
import { Sink, unite, type Finding } from './finding.js';
import { decodedPieces } from './fold/base64.js';
import { foldedStretches, type FoldedStretch } from './fold/fold.js';
import { eachLine } from './lines.js';
import { isTelling, scanNamed } from './named-text.js';
import type { Recognition, Recognized } from './ner/recognition.js';
import type { OwnTokens } from './own-token.js';
import { quietCause } from './quiet-cause.js';
import type { Plan } from './plan.js';
import { Scanner } from './scan.js';

export interface FinderOptions {
  readonly plan: Plan;
  readonly detectors: readonly Detector[];
  readonly recognition: Recognition | undefined;
  /** What has been hidden before. */
  readonly ownTokens: OwnTokens;
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
    if (this.lineWise || (name !== undefined && isTelling(name))) sink.doubtful = true;
    const findings = unite(sink.found.filter(({ start, end }) => !this.#options.ownTokens.cover(text, start, end)));
    if (findings.length > maxFindings) throw new RedactError('BUDGET', `more than ${String(maxFindings)} findings in one text`);
    return findings;
  }

  /** Scans the parts that wear a disguise without it, and maps what is found back onto the characters it stands for. */
  #findFolded(text: string, sink: Sink): void {
    for (const folded of foldedStretches(text)) {
      const { offset } = folded;
      const inner = new Sink();
      sink.doubtful = true;
      this.#scanner.scan(folded.text, true, inner);
      eachDetection(folded.text, this.#options, inner);
      for (const { kind, category, start, end } of inner.found) sink.found.push({ kind, category, ...spanOf(folded, start, end) });
      if (inner.openFrom >= 0) sink.open(offset + (folded.starts?.[inner.openFrom] ?? inner.openFrom));
    }
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
      sink.doubtful = true;
      const inner = new Sink();
      if (this.#scanner.scan(piece.text, false, inner)) this.#findFolded(piece.text, inner);
      if (this.lineWise) eachDetection(piece.text, this.#options, inner);
      const [first] = unite(inner.found);
      if (first !== undefined) sink.found.push({ kind: first.kind, category: first.category, start: piece.start, end: piece.end });
    }
  }
}

function spanOf({ starts, ends, offset }: FoldedStretch, start: number, end: number): { readonly start: number; readonly end: number } {
  return { start: offset + (starts?.[start] ?? start), end: offset + (ends?.[end - 1] ?? end) };
}

function eachDetection(text: string, { detectors, ownTokens }: FinderOptions, sink: Sink): void {
  if (detectors.length === 0) return;
  eachLine(text, (line, offset) => {
    for (const detector of detectors) {
      for (const { start, end } of spansOf(detector, line)) {
        if (ownTokens.cover(line, start, end)) continue;
        sink.found.push({ kind: detector.kind ?? 'pii', category: detector.category, start: offset + start, end: offset + end });
      }
    }
  });
}

function spansOf(detector: Detector, line: string): readonly Span[] {
  const spans: Span[] = [];
  try {
    for (const { start, end } of detector.detect(line)) {
      // Copied once: a span with accessors could answer differently later.
      if (!isSpan(start, end, line)) throw new RedactError('DETECTOR', `the detector of "${detector.category}" answered a span that is not in its line`);
      if (spans.length > line.length) throw new RedactError('DETECTOR', `the detector of "${detector.category}" answered more spans than its line has characters`);
      spans.push({ start, end });
    }
  } catch (error) {
    if (error instanceof RedactError) throw error;
    throw new RedactError('DETECTOR', `the detector of "${detector.category}" failed, so the text cannot pass; see the cause`, { cause: quietCause(error) });
  }
  return spans;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function isSpan(start: unknown, end: unknown, line: string): boolean {
  return typeof start === 'number' && typeof end === 'number' && Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= line.length;
}
