import type { Command } from 'commander';
import { explanationJson } from '../render/explain-json.js';
import { explanationReport } from '../render/explain-report.js';
import { PolicyLines } from '../render/explain-lines.js';
import type { CommonFlags, Session } from '../session.js';
import { readAll } from '../text/read-text.js';
import { complete } from './define.js';
import { instant, label, parseArgs } from './explain-call.js';
import { explainCall } from './explain-verdict.js';

interface Flags extends CommonFlags {
  readonly tool: string;
  readonly args?: string;
  readonly agent?: string;
  readonly tenant?: string;
  readonly session?: string;
  readonly label?: ReadonlyMap<string, string>;
  readonly environment?: string;
  readonly time?: number;
}

const largestArgs = 64 * 1024 * 1024;

export function addExplain(program: Command, session: Session): void {
  const command = program
    .command('explain')
    .summary('say why a policy allows or blocks a call')
    .description('Asks the engine about a call, and shows every rule that fired or what let the call pass, with its line in the policy.')
    .argument('<policy>', 'the policy file')
    .requiredOption('--tool <name>', 'the tool to call')
    .option('--args <json>', 'a JSON object, or an array of positional arguments; - reads it from standard input')
    .option('--agent <name>', 'who calls')
    .option('--tenant <name>', 'for whom')
    .option('--session <id>', 'in which session')
    .option('--label <key=value>', 'a label of the call; again for more', label)
    .option('--environment <name>', 'where the call is made; ENFORCECORE_ENVIRONMENT by default')
    .option('--time <iso>', 'when, such as 2026-11-21T10:00:00Z; now by default', instant)
    .option('--json', 'print { decision, wouldBeBlocked, violations, basis, redactions, limits, … }')
    .action((policy: string, flags: Flags) => session.run('explain', flags, () => explain(session, policy, flags)));
  complete(command, {
    notes: [
      'Rules are asked, and nothing else: rates, budgets, hooks, redaction and results are for dry-run and test. Lines of the ' +
        'policy are quoted, values of arguments never.',
    ],
    examples: [
      'enforcecore explain policy.yaml --tool delete_file',
      `enforcecore explain policy.yaml --tool refund --args '{"amount":5000}' --tenant acme`,
      'enforcecore explain policy.yaml --tool deploy --environment production --time 2026-11-21T22:00:00Z --json',
    ],
    exits: ['the call is allowed', 'the call is blocked', 'asked wrongly, or the policy or the arguments cannot be used'],
  });
}

async function explain(session: Session, path: string, flags: Flags): Promise<void> {
  const { tool, args, agent, tenant, session: id, label: labels, environment, time: timeMs } = flags;
  const text = args === '-' ? await readAll(session.io.stdin.read(), 'standard input', largestArgs) : args;
  const explanation = await explainCall(session.io, path, {
    tool,
    args: parseArgs(text),
    ...(agent === undefined ? {} : { agent }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(id === undefined ? {} : { session: id }),
    ...(labels === undefined ? {} : { labels }),
    ...(environment === undefined ? {} : { environment }),
    ...(timeMs === undefined ? {} : { timeMs }),
  });
  if (explanation.decision === 'blocked') session.raise(1);
  const lines = new PolicyLines();
  await (flags.json === true
    ? session.printJson(explanationJson(explanation, lines))
    : session.print(explanationReport(session.paint, explanation, lines)));
}
