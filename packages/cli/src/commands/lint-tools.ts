import type { Command } from 'commander';
import { CliError } from '../errors.js';
import { prettyJson } from '../render/json-text.js';
import type { CommonFlags, Session } from '../session.js';
import { ownVersion } from '../version.js';
import { lintFile, type LookedAt } from '../tool-lint/lint-file.js';
import { sourceFiles } from '../tool-lint/source-files.js';
import { toolReport, toolSarif, toolSummary } from '../tool-lint/tool-report.js';
import { sarifFile, writeSarif } from './sarif-file.js';
import { complete } from './define.js';

interface Flags extends CommonFlags {
  /** A file, or `true` for standard output. */
  readonly sarif?: string | true;
  readonly strict?: boolean;
}

export function addLintTools(program: Command, session: Session): void {
  const command = program
    .command('lint-tools')
    .summary('find tools that an agent framework would call past the enforcer')
    .description('Looks through TypeScript and JavaScript for @Tool methods without @Enforce, tools of agent frameworks that are not enforced, and MCP servers that are not.')
    .argument('[path...]', 'files and folders; the working directory without any', [])
    .option('--strict', 'exit with 1 for possible findings too')
    .option('--json', 'print { ok, filesLookedAt, certain, possible, files: [{ file, findings: [{ kind, certainty, line, column, … }] }] }')
    .option('--sarif [file.sarif]', 'write SARIF 2.1.0 for code review, to standard output without a file', sarifFile)
    .action((paths: string[], flags: Flags) => session.run('lint-tools', flags, () => lintTools(session, paths, flags)));
  complete(command, {
    notes: [
      'One file is looked at by itself. A finding is certain where the file hands a tool to a framework, and possible where the tool leaves the file. ' +
        'node_modules, dist, build, coverage, out and folders that begin with a dot are left out.',
    ],
    examples: ['enforcecore lint-tools', 'enforcecore lint-tools src --strict', 'enforcecore lint-tools src --sarif out/tools.sarif'],
    exits: ['nothing was found, or only what is possible', 'a tool is certainly not enforced; with --strict, or possibly', 'asked wrongly, or a file cannot be read'],
  });
}

async function lintTools(session: Session, paths: readonly string[], { json = false, sarif, strict = false }: Flags): Promise<void> {
  if (json && sarif === true) throw new CliError('USAGE', 'choose one for standard output: --json, or --sarif without a file');
  const looked: LookedAt[] = [];
  for (const file of await sourceFiles(paths.length === 0 ? ['.'] : paths)) looked.push(await lintFile(file));
  if (looked.length === 0) throw new CliError('INPUT', 'there is no TypeScript or JavaScript file at these paths; name a file or a folder that has some');
  await complain(session, looked);
  const findings = looked.flatMap((one) => one.findings);
  const certain = findings.filter(({ certainty }) => certainty === 'certain').length;
  const isFound = certain > 0 || (strict && findings.length > 0);
  if (isFound) session.raise(1);
  const withFindings = looked.filter((one) => one.findings.length > 0);
  if (sarif !== undefined) {
    const log = toolSarif(looked, { version: ownVersion(), folder: process.cwd() });
    if (sarif === true) return session.printJson(log);
    writeSarif(sarif, `${prettyJson(log)}\n`);
  }
  const filesLookedAt = looked.filter((one) => one.error === undefined).length;
  if (json) {
    const files = looked.filter((one) => one.findings.length > 0 || one.error !== undefined);
    return session.printJson({ ok: !isFound && filesLookedAt === looked.length, filesLookedAt, certain, possible: findings.length - certain, files });
  }
  for (const one of withFindings) await session.print(toolReport(session.paint, one));
  return session.print(toolSummary(filesLookedAt, findings));
}

/** What could not be looked at may hold anything: it must not look like a file without findings. */
async function complain(session: Session, looked: readonly LookedAt[]): Promise<void> {
  for (const { error } of looked) {
    if (error === undefined) continue;
    session.raise(2);
    await session.complain(error);
  }
}
