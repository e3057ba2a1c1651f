import { RedactError } from './errors.js';
import { noFindings, Sink, unite, type Finding, type TextRedaction } from './finding.js';
import { Finder } from './finder.js';
import { eachLine } from './lines.js';
import type { RecognizedEntity } from './ner/entity-recognizer.js';
import { Recognition, type Recognized } from './ner/recognition.js';
import { runPlugins } from './custom/run-plugins.js';
import { readSpec, type ReadSpec, type RedactionSpec } from './redaction-spec.js';
import { Replacer } from './replacer.js';
import { movedBy, sourceOf, splice, type Spliced } from './splice.js';
import { AsyncStreamRedactor, StreamRedactor, type StreamSource } from './stream-redactor.js';

/** Hiding one value can uncover the next; a text that still does after this many rounds is refused. */
const rounds = 12;
/** What removing leaves can join into something new; from this round on a placeholder stays instead. */
const removals = 4;

/** Finds PII and secrets in text and replaces exactly that. Build it once: it holds compiled rules and the hash key. */
export class Redactor {
  readonly #spec: ReadSpec;
  readonly #finder: Finder;
  /** Looks at what has been replaced already: key blocks, the only findings that cross lines, cannot appear there. */
  readonly #again: Finder;
  readonly #replacer: Replacer;
  /** Writes placeholders where nothing is to be written, so that detecting fills no vault. */
  readonly #marker: Replacer;
  readonly #recognition: Recognition | undefined;

  constructor(spec: RedactionSpec = {}) {
    this.#spec = readSpec(spec);
    const { plan, detectors, names } = this.#spec;
    this.#replacer = new Replacer(spec, detectors);
    this.#marker = new Replacer({}, detectors);
    this.#recognition = spec.recognizer === undefined || names.size === 0 ? undefined : new Recognition(spec.recognizer, names);
    const options = {
      plan,
      detectors,
      recognition: this.#recognition,
      ownTokens: this.#replacer.ownTokens,
      base64: spec.base64 !== false,
      maxFindings: this.#spec.maxFindings,
      maxLength: this.#spec.maxLength,
    };
    this.#finder = new Finder(options);
    this.#again = new Finder({ ...options, plan: { ...plan, blocks: false } });
  }

  /**
   * What the text holds, in order, without overlaps, as the placeholder strategy would hide it; other strategies can
   * uncover a little more. `name` is the property it stands under, if any.
   */
  detect(text: string, name?: string): Finding[] {
    const sink = new Sink();
    const found = this.#finder.find(text, name, sink);
    if (found.length === 0) return found;
    const { findings } = this.#settled(text, found, { name, known: undefined, replacer: this.#marker, doubtful: sink.doubtful });
    return this.#shown(text, findings);
  }

  /** The text with every finding replaced; a clean text is returned as it is. */
  redact(text: string, name?: string): TextRedaction {
    return this.#redact(text, name, undefined);
  }

  /** As `redact`, for a recogniser of names that answers later. */
  async redactAsync(text: string, name?: string, signal?: AbortSignal): Promise<TextRedaction> {
    return this.#redact(text, name, await this.recognize(text, signal));
  }

  /** Whether names have to be waited for: then `redact` refuses, and `redactAsync` answers. */
  get isAsynchronous(): boolean {
    return this.#recognition?.isAsynchronous === true;
  }

  /** What the recogniser says about the lines of a text, for `redact` under `known`; undefined where none is needed. */
  async recognize(text: string, signal?: AbortSignal, known = new Map<string, readonly RecognizedEntity[]>()): Promise<Recognized | undefined> {
    if (this.#recognition === undefined) return undefined;
    const lines: string[] = [];
    eachLine(text, (line) => void lines.push(line));
    await this.#recognition.foresee(lines, known, signal);
    return known;
  }

  /** Redacts with what `recognize` has answered before. */
  redactRecognized(text: string, known: Recognized | undefined, name?: string): TextRedaction {
    return this.#redact(text, name, known);
  }

  /** Redacts a text that arrives in pieces; the pieces joined are what `redact` would have answered. */
  stream(): StreamRedactor {
    return new StreamRedactor(this.#source(undefined));
  }

  /** As `stream`, for a recogniser of names that answers later. */
  streamAsync(): AsyncStreamRedactor {
    const known = new Map<string, readonly RecognizedEntity[]>();
    return new AsyncStreamRedactor(new StreamRedactor(this.#source(known)), (text, signal) => {
      known.clear();
      return this.recognize(text, signal, known);
    });
  }

  #source(known: Recognized | undefined): StreamSource {
    return {
      rules: { lineWise: this.#finder.lineWise || this.#spec.plugins.length > 0, leads: this.#spec.plan.dates },
      look: (text) => {
        const sink = new Sink();
        const findings = this.#finder.find(text, undefined, sink, known);
        return { findings, openFrom: sink.openFrom, doubtful: sink.doubtful };
      },
      redactFrom: (text, findings, { from, to, doubtful }) => {
        if (!findings.some(({ end }) => end <= to)) return this.#plugged(text.slice(from, to), known);
        const { text: clean, findings: all, boundary } = this.#settled(text, findings, { name: undefined, known, from, to, replacer: this.#replacer, doubtful });
        if (boundary === undefined) return undefined;
        const plugged = this.#plugged(clean.slice(...boundary), known);
        return { text: plugged.text, findings: all.filter((finding) => finding.start >= from).concat(plugged.findings) };
      },
    };
  }

  #redact(text: string, name: string | undefined, known: Recognized | undefined): TextRedaction {
    const sink = new Sink();
    const findings = this.#finder.find(text, name, sink, known);
    const settled =
      findings.length === 0 ? { text, findings: noFindings } : this.#settled(text, findings, { name, known, replacer: this.#replacer, doubtful: sink.doubtful });
    const { text: clean, findings: plugged } = this.#plugged(settled.text, known);
    // A plugin tells no spans: each of its finds stands for the whole text.
    const all = plugged.length === 0 ? settled.findings : [...settled.findings, ...plugged.map((finding) => ({ ...finding, start: 0, end: text.length }))];
    if (all.length === 0) return { text, findings: noFindings };
    const shown = { text: clean, findings: this.#shown(text, all) };
    return this.#spec.includeOriginal ? { ...shown, original: text } : shown;
  }

  /**
   * Replaces until nothing more is found, so that redacting twice changes nothing. What a later round finds is told as
   * the part of the original that it came from. Outside of [from, to] only what ends before `from` is replaced: the rest
   * is there to be read. `boundary` is where the two have moved to, undefined when a finding crosses `to`.
   */
  #settled(text: string, first: readonly Finding[], { name, known, from = 0, to = text.length, replacer, doubtful }: Settling): Settled {
    const steps: Spliced[] = [];
    let window: readonly [number, number] = [from, to];
    let [now, found] = [text, within(first, from, to)];
    let all = found;
    for (let round = 0; found.length > 0; round += 1) {
      if (round === rounds) throw new RedactError('BUDGET', `the text still shows something new after ${String(rounds)} rounds of hiding`);
      const shown = now;
      const step = splice(now, found, (finding) => replacer.replacementOf(finding, shown, round >= removals));
      window = [movedBy(step, window[0]), movedBy(step, window[1])];
      if (round > 0) all = unite([...all, ...found.map((finding) => ({ ...finding, ...originOf(steps, finding) }))]);
      steps.push(step);
      now = step.text;
      if (!doubtful && replacer.isPlain) break;
      const next = this.#again.find(now, name, new Sink(), known);
      if (next.some(({ start, end }) => start < window[1] && end > window[1])) return { text: now, findings: all, boundary: undefined };
      found = within(next, ...window);
    }
    return { text: now, findings: all, boundary: window };
  }

  #plugged(text: string, known: Recognized | undefined): TextRedaction {
    const { plugins } = this.#spec;
    if (plugins.length === 0) return { text, findings: noFindings };
    const plugged = runPlugins(text, plugins);
    if (plugged.findings.length === 0) return plugged;
    // What a plugin has written passes nothing that we would have hidden.
    const uncovered = this.#again.find(plugged.text, undefined, new Sink(), known);
    if (uncovered.length === 0) return plugged;
    const settled = this.#settled(plugged.text, uncovered, { name: undefined, known, replacer: this.#replacer, doubtful: true });
    const whole = uncovered.map((finding) => ({ ...finding, start: 0, end: text.length }));
    return { text: settled.text, findings: [...plugged.findings, ...whole] };
  }

  #shown(text: string, findings: readonly Finding[]): Finding[] {
    if (!this.#spec.includeOriginal) return findings as Finding[]; // made here or copied by unite
    return findings.map((finding) => ({ ...finding, value: text.slice(finding.start, finding.end) }));
  }
}

interface Settling {
  readonly name: string | undefined;
  readonly known: Recognized | undefined;
  /** The part that is wanted; all of the text by default. */
  readonly from?: number;
  readonly to?: number;
  readonly replacer: Replacer;
  /** False when nothing in the text was let go that could be judged otherwise beside a replacement. */
  readonly doubtful: boolean;
}

interface Settled {
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly boundary: readonly [from: number, to: number] | undefined;
}

/** What ends before `to` and does not cross `from`. */
function within(findings: readonly Finding[], from: number, to: number): readonly Finding[] {
  const fits = ({ start, end }: Finding): boolean => end <= to && (start >= from || end <= from);
  return findings.every(fits) ? findings : findings.filter(fits);
}

function originOf(steps: readonly Spliced[], { start, end }: Finding): { readonly start: number; readonly end: number } {
  let span: { readonly start: number; readonly end: number } = { start, end };
  for (let k = steps.length - 1; k >= 0; k -= 1) {
    const step = steps[k];
    if (step !== undefined) span = sourceOf(step, span.start, span.end);
  }
  return span;
}
