import { types } from 'node:util';
import { redactValue, type TextRedaction } from '@enforcecore/redact';
import type { ChunkFilter } from '../pipeline/stage.js';
import { TextChunks, type TextPipe } from '../redact/text-chunks.js';
import type { Facts } from './conditions/condition.js';
import type { RuleInfo } from './rules/call-check.js';
import type { ContentHit, ContentScan } from './rules/content-scan.js';
import { withoutParts } from './rules/hide-fields.js';

export interface ContentOutcome {
  /** Called for every rule that fired; throws where the rule blocks. */
  broken(rule: RuleInfo, reason: string): void;
  /** Called with the number of parts that were hidden. */
  hidden(count: number): void;
  /** Whether nothing is to be changed. */
  readonly monitors: boolean;
}

const lookInto = { isOpaque: types.isProxy };

/** The content rules over one result, whole or in pieces. */
export class ResultContent {
  readonly #scans: readonly ContentScan[];
  readonly #facts: () => Facts;
  readonly #outcome: ContentOutcome;
  readonly #told = new Set<string>();
  #refusal: unknown;

  constructor(scans: readonly ContentScan[], facts: () => Facts, outcome: ContentOutcome) {
    this.#scans = scans;
    this.#facts = facts;
    this.#outcome = outcome;
  }

  /** The value without what rules hide; the value itself where they hide nothing. */
  clean(value: unknown): unknown {
    try {
      return redactValue(value, (text) => this.text(text), lookInto).value;
    } catch (error) {
      // What blocks is thrown through a walk that makes errors of its own of whatever it catches.
      throw this.#refusal ?? error;
    }
  }

  /** A tool's error reaches the model as its result would; one that cannot be read whole is looked at by its message. */
  check(error: unknown): void {
    if (error instanceof Error) this.text(error.message);
    else this.clean(error);
  }

  chunks(): Pick<ChunkFilter, 'push' | 'end'> {
    return new TextChunks(
      () => new ContentPipe((text) => this.#spansIn(text)),
      (value) => this.clean(value),
      () => undefined,
    );
  }

  text(text: string): TextRedaction {
    const parts = this.#spansIn(text);
    if (parts.length === 0) return { text, findings: [] };
    return { text: withoutParts(text, parts), findings: parts.map(({ span: [start, end] }) => ({ kind: 'pii', category: 'policy_rule', start, end })) };
  }

  /** What to hide in a text; what only logs is told, and what blocks throws. */
  #spansIn(text: string): Part[] {
    const hits = this.#scans.flatMap((scan) => scan.scan(text, this.#facts));
    for (const { rule, reason } of hits) this.#tell(rule, reason);
    if (this.#outcome.monitors) return [];
    const parts = hits.filter(({ rule }) => rule.action === 'redact').flatMap(partsOf);
    if (parts.length > 0) this.#outcome.hidden(parts.length);
    return parts;
  }

  #tell(rule: RuleInfo, reason: string): void {
    // A rule that fires in every line of a result is told once.
    if (this.#told.has(rule.id)) return;
    this.#told.add(rule.id);
    try {
      this.#outcome.broken(rule, reason);
    } catch (refusal) {
      this.#refusal = refusal;
      throw refusal;
    }
  }
}

interface Part {
  readonly span: readonly [start: number, end: number];
  readonly placeholder: string;
}

function partsOf({ spans, placeholder }: ContentHit): Part[] {
  return spans.map((span) => ({ span, placeholder }));
}

/** So many characters are held back, so that what a rule looks for is seen whole before its beginning is let out. */
const held = 1_024;

/** Streamed text, scanned in overlapping windows. */
class ContentPipe implements TextPipe {
  readonly counts = {};
  readonly #scan: (text: string) => Part[];
  #text = '';

  constructor(scan: (text: string) => Part[]) {
    this.#scan = scan;
  }

  push(chunk: string): string {
    this.#text += chunk;
    if (this.#text.length < 2 * held) return '';
    const parts = this.#scan(this.#text);
    // Never through a part that is to be hidden, nor through a pair of surrogates.
    const cut = parts.reduce((at, { span: [start, end] }) => (start < at && end > at ? start : at), wholeCharacters(this.#text, this.#text.length - held));
    const out = withoutParts(this.#text.slice(0, cut), parts.filter(({ span: [, end] }) => end <= cut));
    this.#text = this.#text.slice(cut);
    return out;
  }

  flush(): string {
    const rest = this.#text;
    this.#text = '';
    return rest === '' ? '' : withoutParts(rest, this.#scan(rest));
  }
}

function wholeCharacters(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
