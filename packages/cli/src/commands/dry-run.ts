import type { Command } from 'commander';
import { dryRunReport } from '../render/dry-run-report.js';
import type { CommonFlags, Session } from '../session.js';
import { readAll } from '../text/read-text.js';
import { tryCall, type Trial } from '../try-call.js';
import { complete } from './define.js';
import { parseArgs } from './explain-call.js';

interface Flags extends CommonFlags {
  readonly tool: string;
  readonly args?: string;
}

const largestArgs = 64 * 1024 * 1024;

export function addDryRun(program: Command, session: Session): void {
  const command = program
    .command('dry-run')
    .summary('see what a policy would do with a call, without making it')
    .description('Walks a call through the real pipeline up to the tool, which is not there. Nothing is recorded or sent.')
    .argument('<policy>', 'the policy file')
    .requiredOption('--tool <name>', 'the tool to call')
    .option('--args <json>', 'a JSON object, or an array of positional arguments; - reads it from standard input')
    .option('--json', 'print { decision, outcome, violations, args, redactions, limits, … }')
    .action((policy: string, flags: Flags) => session.run('dry-run', flags, () => dryRun(session, policy, flags)));
  complete(command, {
    notes: ['The arguments are shown as the tool would see them: hidden is what the policy hides, and nothing else.'],
    examples: [
      'enforcecore dry-run policy.yaml --tool delete_file',
      `enforcecore dry-run policy.yaml --tool send_email --args '{"to":"a@example.com"}'`,
      'enforcecore dry-run policy.yaml --tool search --args - --json < args.json',
    ],
    exits: ['the call would be made', 'the call would be blocked', 'asked wrongly, or the policy or the arguments cannot be used'],
  });
}

async function dryRun(session: Session, path: string, flags: Flags): Promise<void> {
  const args = parseArgs(flags.args === '-' ? await readAll(session.io.stdin.read(), 'standard input', largestArgs) : flags.args);
  const trial = await tryCall(session.io, path, flags.tool, args);
  const { decision } = trial.result;
  if (decision === 'blocked') session.raise(1);
  await (flags.json === true ? session.printJson(jsonOf(trial)) : session.print(dryRunReport(session.paint, trial)));
}

function jsonOf({ policy, result, error, args, limits, redactionOff }: Trial): object {
  const { tool, decision, outcome, violations, redactions, redactionsInput, overheadMs } = result;
  return {
    tool,
    policy: { name: policy.name, version: policy.version, digest: policy.digest, source: policy.source, onViolation: policy.onViolation },
    decision,
    outcome,
    violations,
    error: error ?? null,
    args: args ?? null,
    redactions,
    redactionsInput,
    redactionOff,
    limits,
    overheadMs,
  };
}
