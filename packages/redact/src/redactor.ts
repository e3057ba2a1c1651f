import { maskOf, placeholderOf } from './categories.js';
import { RedactError } from './errors.js';
import { noFindings, Sink, unite, type Finding, type TextRedaction } from './finding.js';
import { fold } from './fold/fold.js';
import { scanNamed } from './named-text.js';
import type { Plan } from './plan.js';
import { Pseudonymizer } from './pseudonym.js';
import { checkStrategy, planOf, type RedactionSpec, type Strategy } from './redaction-spec.js';
import { Scanner } from './scan.js';
import { StreamRedactor } from './stream-redactor.js';

/** What removing leaves can join into something new; it is looked at this many times more. */
const removals = 4;

/** Finds PII and secrets in text and replaces exactly that. Build it once: it holds compiled rules and the hash key. */
export class Redactor {
  readonly #plan: Plan;
  readonly #scanner: Scanner;
  readonly #strategy: Strategy;
  readonly #maxFindings: number;
  readonly #pseudonyms: Pseudonymizer | undefined;
  #lineScanner: Scanner | undefined;

  constructor(spec: RedactionSpec = {}) {
    this.#plan = planOf(spec);
    this.#strategy = checkStrategy(spec.strategy ?? 'placeholder');
    this.#scanner = new Scanner(this.#plan);
    this.#maxFindings = spec.maxFindings ?? Infinity;
    this.#pseudonyms = this.#strategy === 'hash' ? new Pseudonymizer(spec.hashKey) : undefined;
  }

  /** What the text holds, in order, without overlaps; `name` is the property it stands under, if any. */
  detect(text: string, name?: string): Finding[] {
    return this.#find(text, this.#scanner, new Sink(), name);
  }

  /** The text with every finding replaced; a clean text is returned as it is. */
  redact(text: string, name?: string): TextRedaction {
    const findings = this.#find(text, this.#scanner, new Sink(), name);
    if (findings.length === 0) return { text, findings: noFindings };
    return { text: this.#replace(text, findings), findings };
  }

  /** Redacts a text that arrives in pieces; the pieces joined are what `redact` would have answered. */
  stream(): StreamRedactor {
    return new StreamRedactor({
      detect: (text) => {
        const sink = new Sink();
        const findings = this.#find(text, this.#scanner, sink);
        return { findings, openFrom: sink.openFrom };
      },
      replace: (text, findings) => this.#replace(text, findings),
    });
  }

  #find(text: string, scanner: Scanner, sink: Sink, name?: string): Finding[] {
    if (typeof text !== 'string') throw new RedactError('INPUT', `only text can be redacted, got ${typeof text}`);
    const { found } = sink;
    if (scanner.scan(text, false, sink)) this.#findFolded(text, scanner, sink);
    if (name !== undefined && name !== '') scanNamed(text, name, this.#plan, scanner, sink);
    if (found.length === 0) return found;
    const findings = unite(found);
    if (findings.length > this.#maxFindings) throw new RedactError('BUDGET', `more than ${String(this.#maxFindings)} findings in one text`);
    return findings;
  }

  /** Scans the text without its disguise and maps what is found back onto the characters it stands for. */
  #findFolded(text: string, scanner: Scanner, sink: Sink): void {
    const folded = fold(text);
    if (folded === undefined) return;
    const inner = new Sink();
    scanner.scan(folded.text, true, inner);
    const startOf = (at: number): number => folded.starts?.[at] ?? at;
    for (const { kind, category, start, end } of inner.found) {
      sink.found.push({ kind, category, start: startOf(start), end: folded.ends?.[end - 1] ?? end });
    }
    if (inner.openFrom >= 0) sink.open(startOf(inner.openFrom));
  }

  #replace(text: string, findings: readonly Finding[]): string {
    const replaced = join(text, findings, (finding) => this.#replacement(text, finding));
    return this.#strategy === 'remove' ? this.#removeAgain(replaced) : replaced;
  }

  #replacement(text: string, { category, start, end }: Finding): string {
    switch (this.#strategy) {
      case 'placeholder':
        return placeholderOf(category);
      case 'mask':
        return maskOf(category);
      case 'hash':
        return this.#pseudonyms?.tokenOf(category, text.slice(start, end)) ?? placeholderOf(category);
      case 'remove':
        return '';
    }
  }

  /** Only within lines, so that a stream, which sees line after line, answers the same. */
  #removeAgain(text: string): string {
    const scanner = (this.#lineScanner ??= new Scanner({ ...this.#plan, blocks: false }));
    let left = text;
    for (let round = 0; round < removals; round += 1) {
      const findings = this.#find(left, scanner, new Sink());
      if (findings.length === 0) return left;
      const keep = round === removals - 1;
      left = join(left, findings, ({ category }) => (keep ? placeholderOf(category) : ''));
    }
    return left;
  }
}

function join(text: string, findings: readonly Finding[], replacement: (finding: Finding) => string): string {
  let out = '';
  let from = 0;
  for (const finding of findings) {
    out += text.slice(from, finding.start) + replacement(finding);
    from = finding.end;
  }
  return out + text.slice(from);
}
