import type { Violation } from '@enforcecore/core';
import type { Expectation, PolicyCase } from './policy-case.js';
import type { CaseRun } from './run-case.js';
import { differenceOf } from './difference.js';

/** What is not as the case expects it; nothing when it holds. */
export function judgeCase({ expect }: PolicyCase, run: CaseRun): readonly string[] {
  const { decision } = run.enforcement;
  if (decision !== expect.decision) return [`expected ${expect.decision}, got ${decision}`];
  const problems: string[] = [];
  const rules = ruleProblem(expect, run);
  if (rules !== undefined) problems.push(rules);
  if (expect.args !== undefined) problems.push(...argumentProblems(expect.args, run.args));
  if (expect.result?.kind === 'withheld' && run.result?.kind !== 'withheld') {
    problems.push('expected the result to be withheld, got a call that never reached the tool');
  }
  if (expect.result?.kind === 'value' && run.result?.kind === 'value') {
    const difference = differenceOf(expect.result.value, run.result.value, 'result');
    if (difference !== undefined) problems.push(difference);
  }
  return problems;
}

function argumentProblems(expected: readonly unknown[], got: CaseRun['args']): string[] {
  if (got === undefined) return ['expected arguments, got a call that never reached the tool'];
  // A single map is how most cases give arguments, and how its members are named.
  const difference =
    expected.length === 1 && got.length === 1 ? differenceOf(expected[0], got[0], 'args') : differenceOf(expected, got, 'args');
  return difference === undefined ? [] : [difference];
}

function ruleProblem(expect: Expectation, run: CaseRun): string | undefined {
  const wanted = (['rule', 'type', 'reason', 'path'] as const).filter((key) => expect[key] !== undefined);
  if (wanted.length === 0) return undefined;
  const isBlocked = expect.decision === 'blocked';
  // What only logged did not block the call, whatever else did.
  const fired = run.enforcement.violations.filter(({ action = 'block' }) => !isBlocked || action === 'block');
  if (fired.some((violation) => fits(expect, violation))) return undefined;
  if (run.basis !== undefined && wanted.every((key) => key === 'rule' || key === 'reason') && fits(expect, run.basis)) return undefined;
  const said = wanted.map((key) => `${key} ${JSON.stringify(expect[key])}`).join(' with ');
  return `expected ${said}, got ${fired.length > 0 ? 'other rules' : 'no rule'}`;
}

function fits({ rule, type, reason, path }: Expectation, got: Partial<Violation>): boolean {
  if (rule !== undefined && !isWithin(got.rule ?? '', rule)) return false;
  if (type !== undefined && got.type !== type) return false;
  if (path !== undefined && got.path !== path) return false;
  return reason === undefined || (got.reason ?? '').includes(reason);
}

/** Whether a rule is the one that is named, or inside the block that is named. */
function isWithin(rule: string, named: string): boolean {
  return rule === named || (rule.startsWith(named) && ['.', '['].includes(rule.charAt(named.length)));
}

/** What is behind a decision, one line each: every rule that fired, or the error, or what let the call pass. */
export function behindDecision({ enforcement: { violations }, error, basis }: CaseRun): readonly string[] {
  const rules = violations.map(({ rule, reason, path, at, action }) => {
    const what = action === undefined || action === 'block' ? '' : `${action}, `;
    const where = path === undefined ? '' : ` at ${path}`;
    return `by ${rule}: ${what}${reason}${where}${at === undefined ? '' : ` (${at})`}`;
  });
  if (error !== undefined && violations.length === 0) return [`by no rule: ${error.message}`];
  return basis === undefined ? rules : [...rules, `passed by ${basis.rule}: ${basis.reason}`];
}
