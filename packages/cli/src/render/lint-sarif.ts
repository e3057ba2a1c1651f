import type { Finding } from '../policy-lint/finding.js';
import { lintRules } from '../policy-lint/lint-rules.js';
import { plainText } from './plain-text.js';
import { artifactOf } from './sarif.js';

/** Findings as a SARIF 2.1.0 log (OASIS), which code hosts show beside the lines. */
export function lintSarif(findings: readonly Finding[], { version, folder }: { readonly version: string; readonly folder: string }): object {
  const names = Object.keys(lintRules);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'enforcecore lint',
            version,
            rules: Object.entries(lintRules).map(([id, { about, severity }]) => ({ id, shortDescription: { text: about }, defaultConfiguration: { level: severity } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, names.indexOf(finding.rule), folder)),
      },
    ],
  };
}

function resultOf({ rule, severity, file, line, column, path, message, advice }: Finding, ruleIndex: number, folder: string): object {
  const region = line === 0 ? {} : { region: { startLine: line, startColumn: column } };
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: plainText(`${path === '' ? '' : `${path}: `}${message}. To do: ${advice}.`) },
    locations: [{ physicalLocation: { artifactLocation: artifactOf(file, folder), ...region } }],
  };
}
