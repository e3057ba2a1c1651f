import { PolicyValidationError, type PolicyIssue } from '@enforcecore/core';

/** What Cedar says about a fault; offsets are bytes of the UTF-8 text, from 0. */
export interface CedarFault {
  readonly message: string;
  readonly help: string | null;
  readonly sourceLocations?: readonly { readonly label: string | null; readonly start: number; readonly end: number }[];
}

/** A text that Cedar has read, and what it is called in messages. */
export interface CedarSource {
  readonly name: string;
  readonly text: string;
}

/** Line and column, both from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export function positionAt(text: string, byteOffset: number): Position {
  const before = Buffer.from(text).subarray(0, byteOffset).toString();
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: before.length - lineStart + 1 };
}

/** Faults of a policy set, a schema or entities, each with where it stands. */
export function invalidCedar(source: CedarSource, faults: readonly CedarFault[]): PolicyValidationError {
  return asError(source.name, faults.map((fault) => issueOf(source, fault)));
}

/** A fault that Cedar does not see. */
export function refusedCedar(source: CedarSource, message: string): PolicyValidationError {
  return asError(source.name, [{ file: source.name, line: 0, column: 0, path: '', message }]);
}

function issueOf({ name, text }: CedarSource, { message, help, sourceLocations = [] }: CedarFault): PolicyIssue {
  const [place] = sourceLocations;
  const { line, column } = place === undefined ? { line: 0, column: 0 } : positionAt(text, place.start);
  const expected = place?.label?.replace(/^expected /, '');
  return {
    file: name,
    line,
    column,
    path: '',
    message: help === null ? message : `${message}; ${help}`,
    ...(expected === undefined ? {} : { expected }),
  };
}

function asError(name: string, issues: readonly PolicyIssue[]): PolicyValidationError {
  const lines = issues.map(({ file, line, column, message, expected }) => {
    const where = line === 0 ? file : `${file}:${String(line)}:${String(column)}`;
    return `\n  ${where}: ${message}${expected === undefined ? '' : ` (expected ${expected})`}`;
  });
  const count = issues.length === 1 ? '1 problem' : `${String(issues.length)} problems`;
  return new PolicyValidationError(`${name} cannot be used: ${count}${lines.join('')}`, Object.freeze([...issues]));
}
