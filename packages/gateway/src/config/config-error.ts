import { EnforceCoreError, type PolicyIssue } from '@enforcecore/core';

/** How many faults a message lists; `issues` has all. */
const mostShown = 10;

/** A configuration that cannot be used, with the place of each fault; code `GATEWAY`. */
export class GatewayConfigError extends EnforceCoreError {
  override name = 'GatewayConfigError';
  readonly issues: readonly PolicyIssue[];

  constructor(issues: readonly PolicyIssue[]) {
    super('GATEWAY', messageOf(issues));
    this.issues = issues;
  }
}

function messageOf(issues: readonly PolicyIssue[]): string {
  const lines = issues.slice(0, mostShown).map(lineOf);
  const more = issues.length > mostShown ? [`and ${String(issues.length - mostShown)} more`] : [];
  return ['the configuration of the gateway cannot be used', ...lines, ...more].join('\n  ');
}

function lineOf({ file, line, column, path, message, expected, nearest }: PolicyIssue): string {
  const place = line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
  const at = path === '' ? '' : `${path}: `;
  const wanted = expected === undefined ? '' : `, expected ${expected}`;
  const meant = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  return `${place}: ${at}${message}${wanted}${meant}`;
}
