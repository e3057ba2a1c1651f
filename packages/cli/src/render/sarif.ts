import type { PolicyIssue } from '@enforcecore/core';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CheckedFile } from '../commands/validate-files.js';
import { issueText } from './sarif-message.js';

export interface SarifOptions {
  /** Of this command. */
  readonly version: string;
  /** What the names of files are relative to: for code review, the root of the checkout. */
  readonly folder: string;
}

const rules = [
  { id: 'POLICY_LOAD', name: 'PolicyLoad', text: 'The policy cannot be read.', level: 'error' },
  { id: 'POLICY_INVALID', name: 'PolicyInvalid', text: 'The policy is not valid: calls under it are refused.', level: 'error' },
  { id: 'POLICY_WARNING', name: 'PolicyWarning', text: 'The policy asks for what the shipped services cannot hold.', level: 'warning' },
] as const;

type RuleId = (typeof rules)[number]['id'];

/** The findings of one run in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS). */
export function sarifLog(checked: readonly CheckedFile[], { version, folder }: SarifOptions): object {
  const results = checked.flatMap(({ code = 'POLICY_INVALID', issues, warnings }) => [
    ...issues.map((issue) => resultOf(code, issue, folder)),
    ...warnings.map((issue) => resultOf('POLICY_WARNING', issue, folder)),
  ]);
  // A parent's fault is found again in every policy that extends it.
  const distinct = new Map(results.map((result) => [JSON.stringify(result), result]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'enforcecore',
            version,
            rules: rules.map(({ id, name, text, level }) => ({ id, name, shortDescription: { text }, defaultConfiguration: { level } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: [...distinct.values()],
      },
    ],
  };
}

function resultOf(ruleId: RuleId, issue: PolicyIssue, folder: string): object {
  const ruleIndex = rules.findIndex(({ id }) => id === ruleId);
  const { line, column } = issue;
  return {
    ruleId,
    ruleIndex,
    level: rules[ruleIndex]?.level ?? 'error',
    message: { text: issueText(issue) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactOf(issue.file, folder),
          // Without a line, the finding is about the file.
          ...(line > 0 ? { region: { startLine: line, startColumn: Math.max(1, column) } } : {}),
        },
      },
    ],
  };
}

/** Relative to the folder, for whoever has a checkout elsewhere; what lies outside it has no such name (section 3.4.4). */
export function artifactOf(file: string, folder: string): object {
  const path = relative(folder, resolve(folder, file.toWellFormed()));
  if (isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) return { uri: pathToFileURL(resolve(folder, file.toWellFormed())).href };
  return { uri: path.split(sep).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}
