import { pathToFileURL } from 'node:url';
import { isAbsolute } from 'node:path';
import type { Finding } from '../policy-lint/finding.js';
import { lintRules } from '../policy-lint/lint-rules.js';

/** Findings as a SARIF 2.1.0 log (OASIS), which code hosts show beside the lines. */
export function lintSarif(findings: readonly Finding[], version: string): object {
  const names = Object.keys(lintRules);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
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
        results: findings.map((finding) => resultOf(finding, names.indexOf(finding.rule))),
      },
    ],
  };
}

function resultOf({ rule, severity, file, line, column, path, message, advice }: Finding, ruleIndex: number): object {
  const region = line === 0 ? {} : { region: { startLine: line, startColumn: column } };
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: `${path === '' ? '' : `${path}: `}${message}. To do: ${advice}.` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }],
  };
}

/** A relative path stays relative, so that it means the same file in another checkout. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  // Half characters have no UTF-8 and so no URI.
  return file.toWellFormed().replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
