import { fold } from './fold/fold.js';
import { codeExecution } from './rules/code/code-execution.js';
import { matchesOf, type ContentRule, type RuleCategory, type RunnableRule } from './rules/content-rule.js';
import { longestValue, mayHoldAnchor, mayHoldValue } from './rules/gate.js';
import { pathTraversal } from './rules/path/path-traversal.js';
import { shellInjection } from './rules/shell/shell-injection.js';
import { sqlInjection } from './rules/sql/sql-injection.js';
import { Subject } from './rules/subject.js';

export type { ContentRule, RuleCategory } from './rules/content-rule.js';

/** A place in a text that reads like an attack; offsets are UTF-16 units of the original text, `end` exclusive. */
export interface RuleFinding {
  readonly kind: 'rule';
  readonly category: RuleCategory;
  readonly start: number;
  readonly end: number;
}

/** A text without its disguise. */
export interface FoldedText {
  readonly text: string;
  /** The span of the original text, in UTF-16 units, that [start, end) of the folded text stands for. */
  spanOf(start: number, end: number): readonly [start: number, end: number];
}

const beyondAscii = /[^\x00-\x7f]/;

const rules: readonly RunnableRule[] = [shellInjection, pathTraversal, sqlInjection, codeExecution];

/** The four built-in rules. They warn; what must not happen is kept out by typed arguments and allow lists. */
export const contentRules: readonly ContentRule[] = rules.map(({ category, description }) => ({ category, description }));

/**
 * The text with percent and HTML encoding, full-width and look-alike letters undone and invisible ones dropped,
 * or undefined when it wears no disguise.
 */
export function foldText(text: string): FoldedText | undefined {
  if (!text.includes('%') && !text.includes('&') && !beyondAscii.test(text)) return undefined;
  const folded = fold(text);
  if (folded === undefined || folded.text === text) return undefined;
  const { starts, ends } = folded;
  return {
    text: folded.text,
    spanOf: (start, end) => {
      if (folded.text.length === 0) return [0, text.length];
      const from = Math.max(0, Math.min(start, folded.text.length));
      const first = from === folded.text.length ? text.length : (starts?.[from] ?? from);
      return [first, end <= from ? first : (ends?.[Math.min(end, folded.text.length) - 1] ?? end)];
    },
  };
}

/**
 * Where the text, or the text without its disguise, reads like an attack: in order of `start`, one finding for
 * overlapping matches of a rule. A short value that is an attack as a whole is one finding.
 *
 * @param only categories to look for; all four when absent
 */
export function detectRules(text: string, only?: readonly RuleCategory[]): RuleFinding[] {
  const found: RuleFinding[] = [];
  const isProse = collect(text, only, false, undefined, found);
  const folded = foldText(text);
  if (folded !== undefined) collect(folded.text, only, isProse, folded, found);
  return found.length < 2 ? found : joined(found);
}

/** Adds what the rules find in one form of a text; tells whether that form reads like prose. */
function collect(text: string, only: readonly RuleCategory[] | undefined, unfoldedProse: boolean, folded: FoldedText | undefined, found: RuleFinding[]): boolean {
  const subject = mayHoldValue(text) ? new Subject(text, unfoldedProse) : undefined;
  // A short text without any clue has no anchor either.
  const anchored = (subject !== undefined || text.length > longestValue) && mayHoldAnchor(text);
  const short = subject?.isValue === true || subject?.isSnippet === true ? subject : undefined;
  if (!anchored && short === undefined) return subject?.isProse === true;
  for (const rule of rules) {
    if (only !== undefined && !only.includes(rule.category)) continue;
    const spans = [...(anchored ? matchesOf(rule.anywhere, text) : []), ...(short === undefined ? [] : rule.inValue(short))];
    for (const span of spans) {
      const [start, end] = folded?.spanOf(span[0], span[1]) ?? span;
      found.push({ kind: 'rule', category: rule.category, start, end });
    }
  }
  return subject?.isProse === true;
}

function joined(found: RuleFinding[]): RuleFinding[] {
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const out: RuleFinding[] = [];
  const last = new Map<RuleCategory, number>();
  for (const next of found) {
    const at = last.get(next.category);
    const before = at === undefined ? undefined : out[at];
    if (at !== undefined && before !== undefined && next.start < before.end) {
      out[at] = { ...before, end: Math.max(before.end, next.end) };
    } else {
      last.set(next.category, out.length);
      out.push(next);
    }
  }
  return out;
}
