import type { Policy } from '@enforcecore/core';
import { applyAllowances } from './allowances.js';
import { checkBroad, checkContent } from './broad-checks.js';
import { member } from './document.js';
import { Report, type Finding } from './finding.js';
import { checkHosts } from './host-checks.js';
import { checkInert } from './inert-checks.js';
import { checkLists } from './list-checks.js';
import { lintRules } from './lint-rules.js';
import { checkMissing } from './missing-checks.js';
import { checkReach } from './reach-checks.js';
import { sourcesOf } from './source.js';
import { checkWeakened } from './weak-checks.js';

/** What the linter says of one policy. */
export interface Linted {
  /** In reading order. */
  readonly findings: readonly Finding[];
  /** How many findings comments allow. */
  readonly silenced: number;
  /** How many more there are than are listed. */
  readonly unlisted: number;
}

/** Looks for what loads and is probably not meant; `file` is the name that the policy was loaded by. */
export function lintPolicy(policy: Policy, file: string): Linted {
  const report = new Report(policy);
  const document = policy.toJSON();
  const rules = member(document, 'rules');
  checkWeakened(document, report);
  checkLists(rules, report);
  checkReach(policy, rules, report);
  checkHosts(rules, report);
  checkContent(rules, report);
  checkBroad(rules, report);
  checkInert(document, report);
  checkMissing(policy, rules, report);
  const found = [...policy.warnings.map(unsupported), ...report.findings];
  const { findings, silenced } = applyAllowances(found, sourcesOf(policy, [file, ...found.map((finding) => finding.file)]));
  return { findings: inReadingOrder(findings), silenced, unlisted: report.unlisted };
}

function unsupported({ file, line, column, path, message, expected }: Policy['warnings'][number]): Finding {
  const { severity } = lintRules['unsupported-setting'];
  return { rule: 'unsupported-setting', severity, file, line, column, path, message, advice: `it needs ${expected ?? 'another service'}` };
}

function inReadingOrder(findings: readonly Finding[]): readonly Finding[] {
  const files = new Map([...new Set(findings.map(({ file }) => file))].map((file, i) => [file, i]));
  const order = (file: string): number => files.get(file) ?? 0;
  return [...findings].sort((a, b) => order(a.file) - order(b.file) || a.line - b.line || a.column - b.column);
}
