import type { FieldRedaction, Violation } from '@enforcecore/core';
import type { ExplainedRedaction, Explanation } from '../commands/explain-verdict.js';
import { counted } from './amounts.js';
import type { PolicyLines } from './explain-lines.js';
import { redactionPath } from './explain-json.js';
import { issueLine } from './issues.js';
import { limitRows } from './limit-rows.js';
import type { Painter } from './painter.js';
import { plainText } from './plain-text.js';
import { renderTable } from './table.js';

/** Why a call is allowed or blocked, for a person. */
export function explanationReport(paint: Painter, explanation: Explanation, lines: PolicyLines): string {
  const { policy, tool, verdict, refused, limits, redaction } = explanation;
  const source = policy.source === undefined ? '' : paint('dim', `  ${plainText(policy.source)}`);
  const name = tool === undefined ? '' : `  ${plainText(tool)}`;
  const redactions = verdict?.redactions ?? [];
  return [
    `${decisionText(paint, explanation)}${name}  by ${plainText(`${policy.name} ${policy.version}`)}${source}\n`,
    ...(refused === undefined ? [] : [section(paint, 'Why', `  no rule was asked: ${plainText(refused.message)}\n`)]),
    ...(verdict === undefined ? [] : [section(paint, 'Rules that fired', firedText(paint, verdict.violations, lines))]),
    ...(verdict?.basis === undefined || verdict.decision === 'blocked' ? [] : [section(paint, 'What lets the tool be called', basisText(paint, explanation, lines))]),
    ...(redactions.length === 0 ? [] : [section(paint, hiddenTitle(explanation), hiddenText(redactions))]),
    ...(limits === undefined ? [] : [section(paint, `What else holds for "${plainText(tool ?? '')}"`, renderTable([...limitRows(limits), ['hidden', redactionText(redaction)]], { indent: '  ' }))]),
    ...(policy.warnings.length === 0 ? [] : [section(paint, 'Warnings', policy.warnings.map((issue) => `  ${issueLine(issue)}\n`).join(''))]),
  ].join('\n');
}

function decisionText(paint: Painter, { policy, decision, verdict }: Explanation): string {
  if (decision === 'blocked') return paint('red', 'BLOCKED');
  if (verdict?.decision === 'blocked') return paint('yellow', `ALLOWED, would be BLOCKED (mode is ${policy.mode})`);
  return (verdict?.redactions ?? []).length > 0 ? paint('yellow', policy.mode === 'monitor' ? 'ALLOWED, would be REDACTED (mode is monitor)' : 'ALLOWED, REDACTED') : paint('green', 'ALLOWED');
}

/** A blocked call brings nothing to the tool, and monitoring changes nothing. */
function hiddenTitle({ policy, decision }: Explanation): string {
  return `What rules ${decision === 'blocked' || policy.mode === 'monitor' ? 'would hide' : 'hide'} from the tool`;
}

function section(paint: Painter, title: string, body: string): string {
  return `${paint('bold', title)}\n${body}`;
}

function firedText(paint: Painter, violations: readonly Violation[], lines: PolicyLines): string {
  if (violations.length === 0) return '  none\n';
  return violations.map((violation) => violationText(paint, violation, lines)).join('\n');
}

function violationText(paint: Painter, { rule, type, reason, path, at, action = 'block' }: Violation, lines: PolicyLines): string {
  const where = path === undefined || path === '' ? '' : `at ${path}: `;
  const colour = action === 'block' ? 'red' : 'yellow';
  return `  ${plainText(rule)}  ${paint(colour, action)}  ${type}\n    ${plainText(where + reason)}\n${quoted(paint, at, lines)}`;
}

function basisText(paint: Painter, { verdict, basisAt }: Explanation, lines: PolicyLines): string {
  return `  ${plainText(verdict?.basis?.rule ?? '')}\n    ${plainText(verdict?.basis?.reason ?? '')}\n${quoted(paint, basisAt, lines)}`;
}

/** The place, and the line that stands there. */
function quoted(paint: Painter, at: string | undefined, lines: PolicyLines): string {
  if (at === undefined) return '';
  const where = `    ${paint('dim', plainText(at))}\n`;
  const quote = lines.at(at);
  if (quote === undefined) return where;
  const number = `      ${String(quote.line)} | `;
  const below = `${' '.repeat(number.length - 2)}| `;
  return `${where}${paint('dim', number)}${quote.text}\n${paint('dim', below)}${' '.repeat(quote.offset)}${paint('cyan', '^')}\n`;
}

function hiddenText(redactions: readonly FieldRedaction[]): string {
  const rows = redactions.map(({ keys, placeholder, spans }) => [
    plainText(redactionPath(keys)),
    plainText(placeholder),
    spans === undefined ? 'the whole value' : `${counted(spans.length, 'part')} of the text`,
  ]);
  return renderTable(rows, { indent: '  ' });
}

function redactionText(redaction: ExplainedRedaction | undefined): string {
  if (redaction === undefined) return 'nothing: there is no pii_redaction';
  const { categories, secrets, strategy, results, enabled } = redaction;
  if (!enabled) return 'nothing: ENFORCECORE_REDACTION_ENABLED is off';
  const what = [...categories, ...(secrets ? ['secrets'] : [])].map(plainText).join(', ');
  return `${what === '' ? 'nothing' : what} in arguments${results ? ' and results' : ''} (${strategy})`;
}
