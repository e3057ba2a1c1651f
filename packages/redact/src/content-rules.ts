import { codeExecution } from './rules/code-execution.js';
import { pathTraversal } from './rules/path-traversal.js';
import type { ContentRule, RuleCategory } from './rules/content-rule.js';
import { shellInjection } from './rules/shell-injection.js';
import { sqlInjection } from './rules/sql-injection.js';
import { fold } from './fold/fold.js';

export type { ContentRule, RuleCategory } from './rules/content-rule.js';

/** A place in a text that reads like an attack; offsets are those of the original text. */
export interface RuleFinding {
  readonly kind: 'rule';
  readonly category: RuleCategory;
  readonly start: number;
  readonly end: number;
}

/** The four built-in rules. They warn; what must not happen is kept out by typed arguments and allow lists. */
export const contentRules: readonly ContentRule[] = [shellInjection, pathTraversal, sqlInjection, codeExecution];

/** Where the text, or the text without its disguise, matches a rule: in order, one finding for overlapping matches of a rule. */
export function detectRules(text: string): RuleFinding[] {
  const folded = fold(text);
  const found: RuleFinding[] = [];
  for (const { category, patterns } of contentRules) {
    for (const pattern of patterns) {
      for (const [start, end] of pattern.matches(text)) found.push({ kind: 'rule', category, start, end });
      if (folded === undefined) continue;
      for (const [start, end] of pattern.matches(folded.text)) {
        found.push({ kind: 'rule', category, start: folded.starts?.[start] ?? start, end: folded.ends?.[end - 1] ?? end });
      }
    }
  }
  return joined(found);
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
