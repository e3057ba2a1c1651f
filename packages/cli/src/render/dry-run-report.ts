import type { Trial } from '../try-call.js';
import { countsText } from './amounts.js';
import { prettyJson } from './json-text.js';
import { limitRows } from './limit-rows.js';
import type { Painter } from './painter.js';
import { plainText } from './plain-text.js';
import { renderTable } from './table.js';

/** What a call would come to, for a person. */
export function dryRunReport(paint: Painter, trial: Trial): string {
  const { policy, result } = trial;
  const source = policy.source === undefined ? '' : paint('dim', `  ${plainText(policy.source)}`);
  return [
    `${decisionText(paint, trial)}  ${plainText(result.tool)}  by ${plainText(`${policy.name} ${policy.version}`)}${source}\n`,
    section(paint, 'Rules that fired', rulesText(trial)),
    section(paint, 'Arguments as the tool would see them', argumentsText(trial)),
    section(paint, `Limits on "${plainText(result.tool)}"`, renderTable(limitRows(trial.limits), { indent: '  ' })),
  ].join('\n');
}

function decisionText(paint: Painter, { result: { decision } }: Trial): string {
  switch (decision) {
    case 'allowed':
      return paint('green', 'ALLOWED');
    case 'redacted':
      return paint('yellow', 'ALLOWED, REDACTED');
    case 'blocked':
      return paint('red', 'BLOCKED');
  }
}

function section(paint: Painter, title: string, body: string): string {
  return `${paint('bold', title)}\n${body}`;
}

function rulesText({ policy, result, error }: Trial): string {
  if (result.violations.length === 0) return error === undefined ? '  none\n' : `  none; the call is refused all the same: ${plainText(error.message)}\n`;
  const rows = result.violations.map(({ rule, type, reason, path }) => [
    plainText(rule),
    type,
    plainText(path === undefined ? reason : `${reason} (at ${path})`),
  ]);
  const logged = result.decision !== 'blocked' && policy.onViolation === 'log';
  return renderTable(rows, { indent: '  ' }) + (logged ? '  The call goes on all the same: on_violation is log.\n' : '');
}

function argumentsText({ args, policy, result, redactionOff }: Trial): string {
  if (args === undefined) return '  the tool would not be called\n';
  const shown = args.map((arg) => prettyJson(arg).replaceAll('\n', '\n  '));
  const hidden = result.redactionsInput === 0 ? '' : `  hidden: ${countsText(result.redactions)}\n`;
  const why = redactionOff
    ? '  nothing is hidden: ENFORCECORE_REDACTION_ENABLED is off\n'
    : policy.redaction === undefined
      ? '  nothing is hidden: the policy has no pii_redaction\n'
      : '';
  return `${shown.length === 0 ? '  none\n' : shown.map((text) => `  ${text}\n`).join('')}${hidden}${args.length === 0 ? '' : why}`;
}
