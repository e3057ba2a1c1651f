import type { Command } from 'commander';
import { CliError } from '../errors.js';
import { counted } from '../render/amounts.js';
import { issueLine } from '../render/issues.js';
import { prettyJson } from '../render/json-text.js';
import { plainText } from '../render/plain-text.js';
import { sarifLog } from '../render/sarif.js';
import type { CommonFlags, Session } from '../session.js';
import { ownVersion } from '../version.js';
import { sarifFile, writeSarif } from './sarif-file.js';
import { complete } from './define.js';
import { checkFiles, type CheckedFile } from './validate-files.js';

interface Flags extends CommonFlags {
  readonly strict?: boolean;
  /** A file, or `true` for standard output. */
  readonly sarif?: string | true;
}

export function addValidate(program: Command, session: Session): void {
  const command = program
    .command('validate')
    .summary('check policy files, and say everything that is wrong with them')
    .description('Checks policy files, with everything they extend, and says everything that is wrong with them.')
    .argument('<file...>', 'policy files; of a folder, the *.yaml and *.yml directly in it, without *.cases.yaml')
    .option('--strict', 'warnings fail too')
    .option('--sarif [file.sarif]', 'write SARIF 2.1.0 for code review, to standard output without a file', sarifFile)
    .option('--json', 'print { ok, files: [{ file, ok, name, version, digest, issues, warnings }] }')
    .action((files: string[], flags: Flags) => session.run('validate', flags, () => validate(session, files, flags)));
  complete(command, {
    notes: ['A warning is what a policy asks for and the shipped services cannot hold, such as a memory limit for tools inside the process.'],
    examples: [
      'enforcecore validate policy.yaml',
      'enforcecore validate policies/ --strict',
      'enforcecore validate policies/*.yaml --json',
      'enforcecore validate policies/*.yaml --sarif out/policies.sarif',
    ],
    exits: ['every file is a valid policy', 'a file has problems, or cannot be read; with --strict, or warnings', 'asked wrongly, or SARIF cannot be written'],
  });
}

async function validate(session: Session, files: readonly string[], flags: Flags): Promise<void> {
  const { json = false, strict = false, sarif } = flags;
  if (json && sarif === true) throw new CliError('USAGE', 'choose one for standard output: --json, or --sarif without a file');
  const checked = await checkFiles(files);
  const isOk = checked.every(({ issues, warnings }) => issues.length === 0 && !(strict && warnings.length > 0));
  if (!isOk) session.raise(1);
  if (sarif !== undefined) {
    const log = `${prettyJson(sarifLog(checked, { version: ownVersion(), folder: process.cwd() }))}\n`;
    if (sarif === true) return session.print(log);
    writeSarif(sarif, log);
  }
  if (json) return session.printJson({ ok: isOk, files: checked.map(jsonOf) });
  for (const one of checked) await session.print(textOf(session, one, strict));
  return checked.length === 1 ? undefined : session.print(`\n${summaryOf(checked)}\n`);
}

function summaryOf(checked: readonly CheckedFile[]): string {
  const invalid = checked.filter(({ issues }) => issues.length > 0);
  const problems = checked.reduce((sum, { issues }) => sum + issues.length, 0);
  const warnings = checked.reduce((sum, one) => sum + one.warnings.length, 0);
  const outcome = invalid.length === 0 ? 'all valid' : `${String(invalid.length)} not valid, ${counted(problems, 'problem')}`;
  return `${counted(checked.length, 'file')}: ${outcome}${warnings === 0 ? '' : `, ${counted(warnings, 'warning')}`}`;
}

function jsonOf({ file, policy, issues, warnings }: CheckedFile): object {
  return {
    file,
    ok: issues.length === 0,
    name: policy?.name ?? null,
    version: policy?.version ?? null,
    digest: policy?.digest ?? null,
    issues,
    warnings,
  };
}

function textOf({ paint }: Session, { file, policy, issues, warnings }: CheckedFile, strict: boolean): string {
  const lines = issues.map((issue) => `${issueLine(issue)}\n`).join('');
  if (policy === undefined) return `${paint('red', 'not valid')}  ${plainText(file)}  ${counted(issues.length, 'problem')}\n${lines}`;
  const notes = warnings.map((issue) => `${paint('yellow', 'warning')}  ${issueLine(issue)}\n`).join('');
  const verdict = strict && warnings.length > 0 ? paint('red', 'not ok') : paint('green', 'ok');
  return `${verdict}  ${plainText(file)}  ${paint('dim', plainText(`${policy.name} ${policy.version}`))}\n${notes}`;
}
