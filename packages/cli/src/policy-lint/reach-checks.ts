import type { Policy } from '@enforcecore/core';
import { entries, isOn, items, member, quoted, texts, type Keys } from './document.js';
import type { Report } from './finding.js';
import { canonicalPattern, hasForeign, PatternSet, reached } from './pattern-set.js';

/** A pattern of tools that a rule is for, and where it stands. */
interface Subject {
  readonly pattern: string;
  readonly keys: Keys;
  readonly what: string;
}

/** Rules for tools that no call reaches, because the lists refuse them first. */
export function checkReach(policy: Policy, rules: unknown, report: Report): void {
  // What is only logged or watched goes on to the other rules.
  if (policy.onViolation === 'log' || policy.mode === 'monitor') return;
  const subjects = subjectsIn(rules);
  const denied = texts(member(rules, 'denied_tools'));
  const denials = new PatternSet(denied, { lookAlikes: hasForeign(denied, subjects.map(({ pattern }) => pattern)) });
  const list = member(rules, 'allowed_tools');
  const allowed = Array.isArray(list) ? reached(subjects.map(({ pattern }) => pattern), texts(list).map(canonicalPattern)) : undefined;
  for (const { pattern, keys, what } of subjects) {
    const [denial] = denials.covering(pattern);
    if (denial !== undefined) {
      report.add('never-matching', keys, `${what} ${quoted(pattern)} never applies: rules.denied_tools[${String(denial.index)}] denies it`, 'remove it, or the denial');
    } else if (allowed?.has(pattern) === false) {
      report.add('never-matching', keys, `${what} ${quoted(pattern)} never applies: no entry of rules.allowed_tools allows it`, 'allow the tool, or correct the name');
    }
  }
}

function subjectsIn(rules: unknown): readonly Subject[] {
  const table = (what: string, ...keys: Keys): Subject[] => entries(member(rules, ...keys)).map(([pattern]) => ({ pattern, what, keys: ['rules', ...keys, pattern] }));
  const conditions = items(member(rules, 'conditions')).flatMap((condition, i) =>
    texts(member(condition, 'tools')).map((name, j) => ({ pattern: canonicalPattern(name), what: 'the condition on', keys: ['rules', 'conditions', i, 'tools', j] })),
  );
  return [
    ...table('the block of', 'tools'),
    ...conditions,
    ...(isOn(member(rules, 'rate_limits')) ? table('the rate of', 'rate_limits', 'per_tool') : []),
    ...(isOn(member(rules, 'sensitivity_labels')) ? table('the clearance of', 'sensitivity_labels', 'clearances') : []),
  ];
}
