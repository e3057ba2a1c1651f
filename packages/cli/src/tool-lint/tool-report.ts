import { counted } from '../render/amounts.js';
import type { Painter } from '../render/painter.js';
import { plainText } from '../render/plain-text.js';
import { artifactOf } from '../render/sarif.js';
import type { LookedAt, ToolFinding } from './lint-file.js';

/** What was found in one file, for a person. */
export function toolReport(paint: Painter, { file, findings }: LookedAt): string {
  return findings
    .map(({ certainty, line, column, message, advice }) => {
      const label = certainty === 'certain' ? paint('yellow', 'certain ') : paint('cyan', 'possible');
      return `${label}  ${plainText(`${file}:${String(line)}:${String(column)}`)}\n          ${plainText(message)}\n          ${paint('dim', 'do:')} ${plainText(advice)}\n`;
    })
    .join('');
}

export function toolSummary(files: number, findings: readonly ToolFinding[]): string {
  const certain = findings.filter(({ certainty }) => certainty === 'certain').length;
  return `${counted(files, 'file')} looked at: ${String(certain)} certain, ${String(findings.length - certain)} possible\n`;
}

/** Findings as a SARIF 2.1.0 log (OASIS). */
export function toolSarif(looked: readonly LookedAt[], { version, folder }: { readonly version: string; readonly folder: string }): object {
  const failed = looked.flatMap(({ error }) => (error === undefined ? [] : [{ level: 'error', message: { text: plainText(error) } }]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'enforcecore lint-tools', version, rules: [{ id: 'enforced-tools', shortDescription: { text: 'A tool that a framework would call past the enforcer.' } }] } },
        columnKind: 'utf16CodeUnits',
        // What could not be looked at may hold anything: the log must not look clean without it.
        invocations: [{ executionSuccessful: failed.length === 0, toolExecutionNotifications: failed }],
        results: looked.flatMap(({ file, findings }) =>
          findings.map(({ certainty, line, column, message, advice }) => ({
            ruleId: 'enforced-tools',
            ruleIndex: 0,
            level: certainty === 'certain' ? 'error' : 'warning',
            message: { text: plainText(`${message}. To do: ${advice}.`) },
            locations: [{ physicalLocation: { artifactLocation: artifactOf(file, folder), region: { startLine: line, startColumn: column } } }],
          })),
        ),
      },
    ],
  };
}
