import { plainText } from './plain-text.js';
import { counted } from './amounts.js';
import type { Painter } from './painter.js';
import type { Finding } from '../policy-lint/finding.js';
import type { Linted } from '../policy-lint/lint-policy.js';

/** One policy, looked through, or why it could not be. */
export interface LintedFile {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly linted: Linted;
}

export function countOf(linted: Linted, severity: Finding['severity']): number {
  return linted.findings.filter((finding) => finding.severity === severity).length;
}

/** What the linter says of one policy, for a person. */
export function lintReport(paint: Painter, { file, name, version, linted }: LintedFile): string {
  const title = `${plainText(file)}  ${paint('dim', plainText(`${name} ${version}`))}`;
  const more = linted.unlisted === 0 ? '' : `and ${counted(linted.unlisted, 'more finding')}\n`;
  if (linted.findings.length === 0) return `${paint('green', 'ok')}  ${title}${silencedText(linted)}\n`;
  const findings = linted.findings.map((finding) => `${findingText(paint, finding)}\n`).join('');
  return `${paint('bold', title)}  ${totalText(linted)}\n\n${findings}${more}`;
}

/** `2 warnings, 1 note, 1 silenced by a comment`. */
export function totalText(linted: Linted): string {
  const warnings = countOf(linted, 'warning');
  const notes = countOf(linted, 'note');
  return `${counted(warnings, 'warning')}, ${counted(notes, 'note')}${silencedText(linted)}`;
}

function silencedText({ silenced }: Linted): string {
  return silenced === 0 ? '' : `, ${String(silenced)} allowed by ${silenced === 1 ? 'a comment' : 'comments'}`;
}

function findingText(paint: Painter, { rule, severity, file, line, column, path, message, advice }: Finding): string {
  const where = line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
  const label = severity === 'warning' ? paint('yellow', 'warning') : paint('cyan', 'note   ');
  const subject = path === '' ? message : `${path}: ${message}`;
  return `${label}  ${plainText(where)}  ${paint('dim', rule)}\n         ${plainText(subject)}\n         ${paint('dim', 'do:')} ${plainText(advice)}\n`;
}
