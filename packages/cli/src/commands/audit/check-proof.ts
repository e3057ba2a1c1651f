import type { Command } from 'commander';
import { verifierKeys } from '../../audit/keys.js';
import { judgeProof, type JudgedProof, type ProofCheck } from '../../audit/judge-proof.js';
import { maxProofBytes, readProof, type ProofFile } from '../../audit/proof-file.js';
import { readPolicy } from '../../audit/read-policy.js';
import { readSmallInput } from '../../audit/read-small-file.js';
import { entryTable } from '../../render/entry-table.js';
import { checklist } from '../../render/checklist.js';
import { plainText } from '../../render/plain-text.js';
import { wrapText } from '../../render/wrap-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete, hexDigest, several } from '../define.js';

interface Flags extends CommonFlags {
  readonly key?: readonly string[];
  readonly witnessPolicy?: string;
  readonly expectRoot?: string;
}

export function addCheckProof(group: Command, session: Session): void {
  const command = group
    .command('check-proof')
    .summary('check a proof that prove wrote, without the trail')
    .description('Checks that the entry in a proof is in the log whose checkpoint the proof holds. Needs no trail.')
    .argument('<file>', 'the proof; - for standard input')
    .option('--key <key>', 'the verifier key of the log, or a file with some; again for more', several)
    .option('--witness-policy <file>', 'whose cosignatures are asked for')
    .option('--expect-root <hex>', 'the root that the log had, known from elsewhere', hexDigest)
    .option('--json', 'print { proven, kind, leaf, index, size, root, checks, entry }')
    .action((file: string, flags: Flags) => session.run('audit check-proof', flags, () => checkProof(session, file, flags)));
  complete(command, {
    notes: ['A proof leads to a root. That the root is the log’s is said by its key, by witnesses, or by you with --expect-root; without any of them everybody could have made the proof up, and the exit code is 1.'],
    examples: [
      'enforcecore audit check-proof proof.json --key audit.pub',
      'enforcecore audit check-proof proof.json --key audit.pub --witness-policy witnesses.txt --json',
    ],
    exits: ['the entry is proven', 'it is not, or nobody who is trusted vouches for the root', 'asked wrongly, or a file cannot be read or is no proof'],
  });
}

async function checkProof(session: Session, file: string, flags: Flags): Promise<void> {
  const source = file === '-' ? '(standard input)' : file;
  const proof = readProof(source, await readSmallInput(session.io, file, 'a proof', maxProofBytes));
  const keys = await verifierKeys(flags.key);
  const policy = flags.witnessPolicy === undefined ? undefined : await readPolicy(flags.witnessPolicy);
  const judged = await judgeProof(source, proof, keys, { root: flags.expectRoot, policy });
  if (!judged.isProven) session.raise(1);
  if (flags.json === true) {
    const { line, leaf, checks, isProven } = judged;
    await session.printJson({ proven: isProven, kind: line.kind, leaf, index: proof.index, size: proof.size, root: proof.root, checks, entry: line.entry });
    return;
  }
  await session.print(report(session, source, proof, judged));
}

function report(session: Session, source: string, proof: ProofFile, judged: JudgedProof): string {
  const { paint, io } = session;
  const { line } = judged;
  return [
    `${judged.isProven ? paint('green', 'PROVEN') : paint('red', 'NOT PROVEN')}  ${plainText(source)}\n\n`,
    checklist(session, judged.checks),
    line.entry === null ? '' : `\n${entryTable(session, [{ index: proof.index, entry: line.entry }])}`,
    `\n${wrapText(verdict(judged), io.stdout.columns)}\n`,
  ].join('');
}

function verdict({ checks, isProven, line, note }: JudgedProof): string {
  const failed = checks.filter(({ status }) => status === 'fail').map(({ name }: ProofCheck) => name);
  if (failed.length > 0) return `It does not hold: ${failed.join(', ')}. Do not believe the entry.`;
  if (!isProven) return 'The path is right, and leads to a root that nobody vouches for: give --key, --witness-policy or --expect-root.';
  const what = line.kind === 'entry' ? 'This very entry' : line.kind === 'erased' ? 'An entry whose content was erased' : 'A line that is no entry';
  const host = note?.isWitnessed === true ? '' : ' No witness was asked for: the log can show others another history.';
  return `${what} was in the log at this index when the root was made.${host}`;
}
