import type { Policy } from '@enforcecore/core';
import type { Command } from 'commander';
import type { Change } from '../policy-diff/change.js';
import type { TrailDiff } from '../policy-diff/trail-diff.js';
import { diffReport, type PolicyDiff } from '../render/diff-report.js';
import type { CommonFlags, Session } from '../session.js';
import { complete } from './define.js';

interface Flags extends CommonFlags {
  readonly trail?: string;
}

export function addDiff(program: Command, session: Session): void {
  const command = program
    .command('diff')
    .summary('see what a change of a policy allows and blocks')
    .description('Compares what two policies come to: tools by the lists, then limits, redaction, hosts, content and rules on arguments.')
    .argument('<old>', 'the policy that holds')
    .argument('<new>', 'the policy that would hold')
    .option('--trail <file>', 'also decide every call of this trail by both, on what it records')
    .option('--json', 'print { ok, old, new, tools, changes, trail }')
    .action((before: string, after: string, flags: Flags) => session.run('diff', flags, () => diff(session, before, after, flags)));
  complete(command, {
    notes: [
      'Each change is looser, tighter, or different: a changed expression or pattern cannot be weighed, and counts as one that may be looser.',
      'A trail records the tool, agent, tenant and session of a call and not its arguments: calls that rules on arguments could decide are counted as not decidable.',
    ],
    examples: ['enforcecore diff policy.yaml policy.new.yaml', 'git show main:policy.yaml > /tmp/old.yaml && enforcecore diff /tmp/old.yaml policy.yaml --trail audit_logs/trail.jsonl'],
    exits: ['nothing becomes looser', 'something becomes looser, or may; or recorded calls would be decided otherwise', 'asked wrongly, or a policy or the trail cannot be used'],
  });
}

async function diff(session: Session, oldFile: string, newFile: string, { trail, json = false }: Flags): Promise<void> {
  const { Policy } = await import('@enforcecore/core');
  const { comparePolicies } = await import('../policy-diff/compare-policies.js');
  const { areComparable, compareTools } = await import('../policy-diff/compare-tools.js');
  const { compareRates } = await import('../policy-diff/compare-rates.js');
  const { compareBlocks } = await import('../policy-diff/compare-blocks.js');
  const [before, after] = [Policy.fromFile(oldFile), Policy.fromFile(newFile)];
  // Of the same bytes nothing need be compared.
  const same = before.digest === after.digest;
  const comparable = same || areComparable(before, after);
  const changes = [...comparePolicies(before, after), ...(comparable ? (same ? [] : [...compareBlocks(before, after), ...compareRates(before, after)]) : [tooMany])];
  const compared: PolicyDiff = {
    before: { file: oldFile, name: before.name, version: before.version },
    after: { file: newFile, name: after.name, version: after.version },
    tools: comparable && !same ? compareTools(before, after) : [],
    changes,
    trail: trail === undefined ? undefined : await compareTrail(trail, before, after, changes),
  };
  const isLooser = [...compared.tools, ...changes].some(({ effect }) => effect !== 'tighter');
  const isFound = isLooser || (compared.trail !== undefined && compared.trail.groups.length > 0);
  if (isFound) session.raise(1);
  await (json ? session.printJson(jsonOf(compared, !isFound)) : session.print(diffReport(session.paint, compared)));
}

/** Fails closed: what is not compared may be looser. */
const tooMany: Change = {
  effect: 'different', path: 'rules', what: 'the lists hold too many patterns that begin and end alike to compare tools, rates and clearances', before: null, after: null,
};

/** Rules that look at arguments, or say what their breach means. */
const onArguments = /^(?:mode|on_violation|rules\.(?:tools|conditions|content_rules|network|sensitivity_labels|context))\b/;

async function compareTrail(file: string, before: Policy, after: Policy, changes: readonly Change[]): Promise<TrailDiff> {
  const { loadTrail } = await import('@enforcecore/audit');
  const { TrailComparison } = await import('../policy-diff/trail-diff.js');
  const comparison = new TrailComparison(before, after, changes.some(({ path }) => onArguments.test(path)));
  for await (const { kind, tool_name: tool, agent, tenant_id: tenant, session } of loadTrail(file)) {
    if (kind !== 'call' || tool === null) continue;
    comparison.add({ tool, agent: agent ?? undefined, tenant: tenant ?? undefined, session: session ?? undefined });
  }
  return comparison.result();
}

function jsonOf({ before, after, tools, changes, trail }: PolicyDiff, ok: boolean): object {
  return { ok, old: before, new: after, tools, changes, trail: trail ?? null };
}
