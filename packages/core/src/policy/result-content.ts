import { types } from 'node:util';
import { redactValue, type TextRedaction } from '@enforcecore/redact';
import type { ChunkFilter } from '../pipeline/stage.js';
import type { TextPipe } from '../redact/redactor.js';
import { TextChunks } from '../redact/text-chunks.js';
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
  readonly #told = new Set<RuleInfo>();
  #refusal: Error | undefined;

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
      if (this.#refusal !== undefined) throw this.#refusal;
      // Safe to go on: who only watches stops nothing.
      if (this.#outcome.monitors) return value;
      throw error;
    }
  }

  /** A tool's error reaches the model as its result would; of one that cannot be read whole its name and message remain. */
  cleanError(error: unknown): unknown {
    try {
      return this.clean(error);
    } catch (fault) {
      if (this.#refusal !== undefined) throw fault;
      const plain = new Error(this.text(textOf(error, 'message')).text);
      plain.name = this.text(textOf(error, 'name')).text;
      return plain;
    }
  }

  chunks(): Pick<ChunkFilter, 'push' | 'end'> {
    return new TextChunks(
      () => new ContentPipe((text) => this.#spansIn(text), (count) => { this.#outcome.hidden(count); }),
      (value) => this.clean(value),
      () => undefined,
    );
  }

  text(text: string): TextRedaction {
    const parts = this.#spansIn(text);
    if (parts.length === 0) return { text, findings: [] };
    this.#outcome.hidden(parts.length);
    return { text: withoutParts(text, parts), findings: parts.map(({ span: [start, end] }) => ({ kind: 'pii', category: 'policy_rule', start, end })) };
  }

  /** What to hide in a text; what only logs is told, and what blocks throws. */
  #spansIn(text: string): Part[] {
    const hits = this.#scans.flatMap((scan) => scan.scan(text, this.#facts));
    for (const { rule, reason } of hits) this.#tell(rule, reason);
    if (this.#outcome.monitors) return [];
    return hits.filter(({ rule }) => rule.action === 'redact').flatMap(partsOf);
  }

  #tell(rule: RuleInfo, reason: string): void {
    // A rule that fires in every line of a result is told once. Not by its name: another block's rule of that name may block.
    if (this.#told.has(rule)) return;
    this.#told.add(rule);
    try {
      this.#outcome.broken(rule, reason);
    } catch (refusal) {
      this.#refusal = refusal instanceof Error ? refusal : undefined;
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
  readonly #hidden: (count: number) => void;
  #text = '';
  #scanAt = 2 * held;

  constructor(scan: (text: string) => Part[], hidden: (count: number) => void) {
    this.#scan = scan;
    this.#hidden = hidden;
  }

  push(chunk: string): string {
    this.#text += chunk;
    if (this.#text.length < this.#scanAt) return '';
    const parts = this.#scan(this.#text);
    const cut = cutOf(this.#text, parts);
    const out = this.#without(this.#text.slice(0, cut), parts.filter(({ span: [, end] }) => end <= cut));
    this.#text = this.#text.slice(cut);
    // What cannot be let out is scanned again only when it has doubled, so that a part without end costs linear time.
    this.#scanAt = Math.max(2 * held, 2 * this.#text.length);
    return out;
  }

  flush(): string {
    const rest = this.#text;
    this.#text = '';
    return rest === '' ? '' : this.#without(rest, this.#scan(rest));
  }

  #without(text: string, parts: readonly Part[]): string {
    if (parts.length > 0) this.#hidden(parts.length);
    return withoutParts(text, parts);
  }
}

/** How much can be let out: never up to inside a part that is to be hidden, nor of a pair of surrogates. */
function cutOf(text: string, parts: readonly Part[]): number {
  // From the last to the first: a part that moves the cut can only move it into parts that begin before it.
  const fromLast = [...parts].sort((a, b) => b.span[0] - a.span[0]);
  return fromLast.reduce((at, { span: [start, end] }) => (start < at && end > at ? start : at), wholeCharacters(text, text.length - held));
}

/** What a tool threw may be anything, a proxy that throws as well. */
function textOf(error: unknown, key: 'message' | 'name'): string {
  try {
    const text = (error as Partial<Error> | null | undefined)?.[key];
    return typeof text === 'string' ? text : 'Error';
  } catch {
    return 'Error';
  }
}

function wholeCharacters(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
