import { Option, type Command } from 'commander';
import { basename, join, resolve } from 'node:path';
import { CliError } from '../errors.js';
import type { GivenAnswers } from '../policy-init/ask.js';
import type { InitAnswers } from '../policy-init/plan.js';
import { profiles, type ProfileName } from '../policy-init/sample-tools.js';
import { existing, writeFiles, type NewFile } from '../policy-init/write-files.js';
import { plainText } from '../render/plain-text.js';
import type { CommonFlags, Session } from '../session.js';
import { complete, list } from './define.js';

interface Flags extends CommonFlags {
  readonly name?: string;
  readonly profile?: ProfileName;
  readonly tools?: readonly string[];
  readonly pii?: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
}

export function addInit(program: Command, session: Session): void {
  const command = program
    .command('init')
    .summary('write a first policy, cases that test it, and a sample of its tools')
    .description('Writes policy.yaml, policy.cases.yaml and tools.ts to start from. On a terminal it asks for what the options leave open.')
    .argument('[dir]', 'the folder', '.')
    .option('--name <name>', 'what the policy is called; the name of the folder by default')
    .addOption(new Option('--profile <profile>', 'what the agent does').choices(Object.keys(profiles)))
    .option('--tools <names>', 'the tools that it may call, with commas; those of the profile by default', list)
    .option('--pii', 'hide personal data and secrets')
    .option('--no-pii', 'hide nothing; without either, as the profile has it')
    .option('--yes', 'ask nothing')
    .option('--force', 'replace files that are there')
    .option('--json', 'ask nothing, and print { ok, dir, written, existing }')
    .action((dir: string, flags: Flags) => session.run('init', flags, () => init(session, dir, flags)));
  complete(command, {
    examples: ['enforcecore init', 'enforcecore init agents/desk --profile support-desk --yes', 'enforcecore init --tools read_note,send_mail --pii --yes'],
    exits: ['the files are written', 'a file is there already, and nothing was written; or the questions were not answered', 'asked wrongly, or a file cannot be written'],
  });
}

async function init(session: Session, dir: string, flags: Flags): Promise<void> {
  const { json = false, force = false } = flags;
  const answers = await answersOf(session, dir, flags);
  if (answers === undefined) {
    session.raise(1);
    return session.note('nothing was written');
  }
  const files = await filesFor(answers);
  const there = force ? [] : existing(dir, files);
  if (there.length > 0) {
    session.raise(1);
    if (json) return session.printJson({ ok: false, dir, written: [], existing: there });
    const names = there.map((path) => `  ${path}\n`).join('');
    return session.complain(`nothing was written: there are files already; name another folder, or replace them with --force\n${names}`.trimEnd());
  }
  const written = writeFiles(dir, files, force);
  if (json) return session.printJson({ ok: true, dir, written, existing: [] });
  return session.print(report(session, dir, written));
}

function answersOf(session: Session, dir: string, flags: Flags): Promise<InitAnswers | undefined> {
  const { name, profile, tools, pii, yes = false, json = false } = flags;
  const given: GivenAnswers = { ...(name === undefined ? {} : { name }), ...(profile === undefined ? {} : { profile }), tools, pii };
  const usual = basename(resolve(dir)) || 'agent';
  const asks = session.io.stdin.isTerminal && session.io.stdout.isTerminal && !yes && !json;
  if (asks) return import('../policy-init/ask.js').then(({ askAnswers }) => askAnswers(given, usual));
  return Promise.resolve({ name: name ?? usual, profile: profile ?? 'general', tools, pii });
}

/** The texts, of which the policy is one that loads. */
async function filesFor(answers: InitAnswers): Promise<readonly NewFile[]> {
  const { Policy, PolicyError } = await import('@enforcecore/core');
  const { planOf } = await import('../policy-init/plan.js');
  const { policyText } = await import('../policy-init/policy-text.js');
  const { casesText } = await import('../policy-init/cases-text.js');
  const { toolsText } = await import('../policy-init/tools-text.js');
  const plan = planOf(answers);
  const text = policyText(plan);
  try {
    Policy.parse(text, { file: 'policy.yaml' });
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new CliError('USAGE', `no policy can be made of these answers: ${error.message}`, { cause: error });
  }
  return [
    { name: 'policy.yaml', text },
    { name: 'policy.cases.yaml', text: casesText(plan) },
    { name: 'tools.ts', text: toolsText(plan) },
  ];
}

function report({ paint }: Session, dir: string, written: readonly string[]): string {
  const [policy = '', cases = ''] = written.map(plainText);
  const files = written.map((path) => `${paint('green', 'written')}  ${plainText(path)}\n`).join('');
  return `${files}
${paint('bold', 'Next')}
  enforcecore lint ${policy}
  enforcecore test ${policy} ${cases}
  npm install @enforcecore/core && npx tsx ${plainText(join(dir, 'tools.ts'))}
`;
}
