import { PolicyLoadError, PolicyValidationError, type ErrorContext, type PolicyIssue } from '../errors.js';
import type { Place } from './policy-node.js';

/** What is wrong with a value, before it is known where the value stands. */
export interface Fault {
  readonly message: string;
  readonly expected?: string;
  readonly nearest?: string;
}

export function issueAt(place: Place, fault: Fault): PolicyIssue {
  const { file, line, column, path } = place;
  return Object.freeze({ file, line, column, path, ...fault });
}

/** A load error that knows its line, so that it can be listed beside other issues. */
export class LocatedLoadError extends PolicyLoadError {
  readonly issue: PolicyIssue;

  constructor(issue: PolicyIssue, context: ErrorContext = {}) {
    super(`cannot load policy ${renderIssue(issue)}`, context);
    this.issue = issue;
  }
}

export function loadFault(place: Place, fault: Fault, cause?: unknown): LocatedLoadError {
  return new LocatedLoadError(issueAt(place, fault), { cause });
}

export function fileStart(file: string): Place {
  return { file, line: 0, column: 0, path: '' };
}

/** A document can have more faults than anybody reads in a message; `issues` keeps them all. */
const maxRendered = 100;

export function invalidPolicy(source: string, issues: readonly PolicyIssue[]): PolicyValidationError {
  const count = issues.length === 1 ? '1 problem' : `${String(issues.length)} problems`;
  const lines = issues.slice(0, maxRendered).map((issue) => `\n  ${renderIssue(issue)}`);
  const rest = issues.length > maxRendered ? `\n  and ${String(issues.length - maxRendered)} more` : '';
  return new PolicyValidationError(`${source} is not a valid policy: ${count}${lines.join('')}${rest}`, Object.freeze([...issues]));
}

export function renderIssue({ file, line, column, path, message, expected, nearest }: PolicyIssue): string {
  const where = line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
  const advice = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
  ].join('; ');
  const subject = path === '' ? where : `${where} ${path}`;
  return `${subject}: ${message}${advice === '' ? '' : ` (${advice})`}`;
}
