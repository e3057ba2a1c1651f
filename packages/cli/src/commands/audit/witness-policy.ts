import type { PolicyMember, WitnessPolicy } from '@enforcecore/audit/witness';
import type { Command } from 'commander';
import { readPolicy } from '../../audit/read-policy.js';
import { counted } from '../../render/amounts.js';
import { plainText } from '../../render/plain-text.js';
import { renderTable } from '../../render/table.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete } from '../define.js';

export function addWitnessPolicy(group: Command, session: Session): void {
  const command = group
    .command('policy')
    .summary('check and explain a policy of witnesses')
    .description('Reads a policy that says whose cosignatures make a checkpoint believable, and tells in words what it asks for.')
    .argument('<file>', 'the policy: lines log, witness, group and quorum')
    .option('--json', 'print { logs, witnesses, quorum, fewest, reachable }')
    .action((file: string, flags: CommonFlags) => session.run('audit witness policy', flags, () => explain(session, file, flags)));
  complete(command, {
    notes: [
      'The format is that of sigsum and tessera:',
      '  log <verifier key> [url]\n  witness <name> <verifier key> [url]\n  group <name> <number, any or all> <member> ...\n  quorum <name or none>',
    ],
    examples: ['enforcecore audit witness policy witnesses.txt', 'enforcecore verify audit_logs/trail.jsonl --witness-policy witnesses.txt'],
    exits: ['the policy can be used', 'never', 'asked wrongly, or the file cannot be read or is no policy'],
  });
}

async function explain(session: Session, file: string, flags: CommonFlags): Promise<void> {
  const policy = await readPolicy(file);
  const fewest = fewestOf(policy.quorum);
  if (flags.json === true) await session.printJson(asJson(policy, fewest));
  else await session.print(report(session, file, policy, fewest));
  for (const warning of warningsOf(policy, fewest)) await session.note(`${session.paintError('yellow', 'warning:')} ${warning}`);
}

/** How many witnesses must sign at the least. */
function fewestOf(member: PolicyMember | null): number {
  if (member === null) return 0;
  if ('key' in member) return 1;
  return member.members.map(fewestOf).sort((a, b) => a - b).slice(0, member.threshold).reduce((sum, n) => sum + n, 0);
}

function asJson({ logs, witnesses, quorum }: WitnessPolicy, fewest: number): unknown {
  return {
    logs: logs.map(({ name, keyId }) => ({ name, keyId })),
    witnesses: witnesses.map(({ name, key, url }) => ({ name, keyName: key.name, keyId: key.keyId, url })),
    quorum: quorum === null ? null : memberJson(quorum),
    fewest,
    reachable: witnesses.filter(({ url }) => url !== null).length,
  };
}

function memberJson(member: PolicyMember): unknown {
  return 'key' in member ? member.name : { name: member.name, threshold: member.threshold, members: member.members.map(memberJson) };
}

function report({ paint, io }: Session, file: string, { logs, witnesses, quorum }: WitnessPolicy, fewest: number): string {
  const rows = [
    ...logs.map(({ name, keyId }) => ['log', plainText(name), keyId, '']),
    ...witnesses.map(({ name, key, url }) => ['witness', plainText(name), key.keyId, plainText(url ?? 'no address: for verifying only')]),
  ];
  return [
    `${paint('green', 'ok')}  ${plainText(file)}\n\n`,
    rows.length === 0 ? '' : `${renderTable(rows, { indent: '  ', width: io.stdout.columns })}\n`,
    quorum === null ? 'No witness is asked for.\n' : `A checkpoint is believed when ${counted(fewest, 'witness', 'witnesses')} at the least signed it:\n${tree(quorum, '  ')}`,
    logs.length === 0 ? '' : `It must also be signed by ${logs.length === 1 ? 'the log' : 'one of the logs'}.\n`,
  ].join('');
}

function tree(member: PolicyMember, indent: string): string {
  if ('key' in member) return `${indent}${plainText(member.name)}\n`;
  const { threshold, members } = member;
  const amount = threshold === members.length ? 'all' : threshold === 1 ? 'any' : String(threshold);
  return `${indent}${amount} of ${plainText(member.name)}:\n${members.map((inner) => tree(inner, `${indent}  `)).join('')}`;
}

function warningsOf({ witnesses, quorum }: WitnessPolicy, fewest: number): readonly string[] {
  if (quorum === null) return ['the quorum is none: a history rewritten by the log, or by its host, would be believed'];
  const used = new Set(namesIn(quorum));
  const idle = witnesses.filter(({ name }) => !used.has(name)).map(({ name }) => plainText(name));
  return [
    ...(idle.length > 0 ? [`these witnesses are in no group that the quorum asks for, so they do not count: ${idle.join(', ')}`] : []),
    ...(fewest === 1 && witnesses.length > 1 ? ['one witness alone can satisfy it: whoever holds its key and the log can rewrite history'] : []),
  ];
}

function namesIn(member: PolicyMember): readonly string[] {
  return 'key' in member ? [member.name] : member.members.flatMap(namesIn);
}
