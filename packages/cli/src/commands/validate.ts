import type { Policy, PolicyIssue } from '@enforcecore/core';
import type { Command } from 'commander';
import { counted } from '../render/amounts.js';
import { issueLine } from '../render/issues.js';
import { plainText } from '../render/plain-text.js';
import type { CommonFlags, Session } from '../session.js';
import { complete } from './define.js';

interface Checked {
  readonly file: string;
  readonly policy: Policy | undefined;
  readonly issues: readonly PolicyIssue[];
}

export function addValidate(program: Command, session: Session): void {
  const command = program
    .command('validate')
    .summary('check policy files, and say everything that is wrong with them')
    .description('Checks policy files, with everything they extend, and says everything that is wrong with them.')
    .argument('<file...>', 'policy files')
    .option('--json', 'print { ok, files: [{ file, ok, name, version, digest, issues }] }')
    .action((files: string[], flags: CommonFlags) => session.run('validate', flags, () => validate(session, files, flags)));
  complete(command, {
    examples: ['enforcecore validate policy.yaml', 'enforcecore validate policies/*.yaml --json'],
    exits: ['every file is a valid policy', 'a file has problems, or cannot be read', 'asked wrongly'],
  });
}

async function validate(session: Session, files: readonly string[], { json = false }: CommonFlags): Promise<void> {
  const { Policy, validatePolicyFile } = await import('@enforcecore/core');
  const checked = files.map((file): Checked => {
    const issues = validatePolicyFile(file);
    return { file, issues, policy: issues.length === 0 ? Policy.fromFile(file) : undefined };
  });
  const invalid = checked.filter(({ issues }) => issues.length > 0);
  if (invalid.length > 0) session.raise(1);
  if (json) return session.printJson({ ok: invalid.length === 0, files: checked.map(jsonOf) });
  for (const one of checked) await session.print(textOf(session, one));
  if (files.length === 1) return undefined;
  const problems = invalid.reduce((sum, { issues }) => sum + issues.length, 0);
  const bad = invalid.length === 0 ? 'all valid' : `${String(invalid.length)} not valid, ${counted(problems, 'problem')}`;
  return session.print(`\n${counted(files.length, 'file')}: ${bad}\n`);
}

function jsonOf({ file, policy, issues }: Checked): object {
  return {
    file,
    ok: issues.length === 0,
    name: policy?.name ?? null,
    version: policy?.version ?? null,
    digest: policy?.digest ?? null,
    issues,
  };
}

function textOf({ paint }: Session, { file, policy, issues }: Checked): string {
  if (policy !== undefined) return `${paint('green', 'ok')}  ${plainText(file)}  ${paint('dim', plainText(`${policy.name} ${policy.version}`))}\n`;
  const lines = issues.map((issue) => `${issueLine(issue)}\n`).join('');
  return `${paint('red', 'not valid')}  ${plainText(file)}  ${counted(issues.length, 'problem')}\n${lines}`;
}
