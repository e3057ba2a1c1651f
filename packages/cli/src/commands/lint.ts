import type { Command } from 'commander';
import { CliError } from '../errors.js';
import { counted } from '../render/amounts.js';
import { countOf, lintReport, type LintedFile } from '../render/lint-report.js';
import { prettyJson } from '../render/json-text.js';
import { lintSarif } from '../render/lint-sarif.js';
import type { CommonFlags, Session } from '../session.js';
import { ownVersion } from '../version.js';
import { sarifFile, writeSarif } from './sarif-file.js';
import { complete } from './define.js';

interface Flags extends CommonFlags {
  /** A file, or `true` for standard output. */
  readonly sarif?: string | true;
  readonly strict?: boolean;
}

/** A file that is no policy, and why. */
interface Refused {
  readonly file: string;
  readonly error: string;
}

export function addLint(program: Command, session: Session): void {
  const command = program
    .command('lint')
    .summary('find what a policy says and probably does not mean')
    .description('Looks through policies that load, for entries that never apply, settings that weaken, patterns that allow too much, and limits that are missing.')
    .argument('<file...>', 'policy files')
    .option('--strict', 'exit with 1 for notes too')
    .option('--json', 'print { ok, warnings, notes, files: [{ file, findings: [{ rule, severity, line, column, … }] }] }')
    .option('--sarif [file.sarif]', 'write SARIF 2.1.0 for code review, to standard output without a file', sarifFile)
    .action((files: string[], flags: Flags) => session.run('lint', flags, () => lint(session, files, flags)));
  complete(command, {
    notes: [
      'A comment silences one rule on its line, or on the line below it, and says why: # lint: allow broad-permission the gateway lists the tools. ' +
        'Comments that silence nothing are noted.',
    ],
    examples: ['enforcecore lint policy.yaml', 'enforcecore lint policies/*.yaml --strict', 'enforcecore lint policies/*.yaml --sarif out/lint.sarif'],
    exits: ['nothing was found, or only notes', 'warnings; with --strict also notes', 'asked wrongly, or a file is no valid policy'],
  });
}

async function lint(session: Session, files: readonly string[], { json = false, sarif, strict = false }: Flags): Promise<void> {
  if (json && sarif === true) throw new CliError('USAGE', 'choose one for standard output: --json, or --sarif without a file');
  const linted: LintedFile[] = [];
  const refused: Refused[] = [];
  for (const file of files) {
    const one = await lintFile(file);
    if ('error' in one) {
      session.raise(2);
      refused.push(one);
      await session.complain(one.error);
    } else linted.push(one);
  }
  const warnings = linted.reduce((sum, one) => sum + countOf(one.linted, 'warning'), 0);
  const notes = linted.reduce((sum, one) => sum + countOf(one.linted, 'note'), 0);
  const isFound = warnings > 0 || (strict && notes > 0);
  if (isFound) session.raise(1);
  if (sarif !== undefined) {
    const log = lintSarif(linted.flatMap((one) => one.linted.findings), { version: ownVersion(), folder: process.cwd() });
    if (sarif === true) return session.printJson(log);
    writeSarif(sarif, `${prettyJson(log)}\n`);
  }
  if (json) return session.printJson({ ok: !isFound && refused.length === 0, warnings, notes, files: [...linted.map(jsonOf), ...refused] });
  for (const one of linted) await session.print(lintReport(session.paint, one));
  if (files.length === 1) return undefined;
  return session.print(`\n${counted(files.length, 'file')}: ${counted(warnings, 'warning')}, ${counted(notes, 'note')}\n`);
}

/** One file that cannot be used must not hide what is wrong with the others. */
async function lintFile(file: string): Promise<LintedFile | Refused> {
  const { EnforceCoreError, Policy } = await import('@enforcecore/core');
  const { lintPolicy } = await import('../policy-lint/lint-policy.js');
  try {
    const policy = Policy.fromFile(file);
    return { file, name: policy.name, version: policy.version, linted: lintPolicy(policy, file) };
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    return { file, error: error.message };
  }
}

function jsonOf({ file, name, version, linted: { findings, silenced, unlisted } }: LintedFile): object {
  return { file, name, version, findings, silenced, unlisted };
}
