import type { Checkpoint } from '@enforcecore/audit';
import type { Command } from 'commander';
import { answering } from '../../audit/answering.js';
import { readCheckpointNote } from '../../audit/checkpoint-file.js';
import { judgeNote } from '../../audit/judge-note.js';
import { verifierKeys } from '../../audit/keys.js';
import { withLog, type LogReader } from '../../audit/open-log.js';
import { readConsistency, type ConsistencyFile } from '../../audit/proof-file.js';
import { readSmallInput } from '../../audit/read-small-file.js';
import { refuseOverwriting } from '../../audit/refuse-overwriting.js';
import { treeAt } from '../../audit/tree-at.js';
import { CliError } from '../../errors.js';
import { Counting } from '../../render/counting.js';
import { prettyJson } from '../../render/json-text.js';
import { wrapText } from '../../render/wrap-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { writeWhole } from '../../write-whole.js';
import { complete, several } from '../define.js';

interface Flags extends CommonFlags {
  readonly trail?: string;
  readonly proof?: string;
  readonly key?: readonly string[];
  readonly out?: string;
}

/** A size, and what it is known to have as root. */
interface End {
  readonly shown: string;
  readonly size: number;
  readonly root: string | undefined;
  readonly origin: string | undefined;
  readonly isSigned: boolean;
}

const maxBytes = 65_536;

export function addConsistency(group: Command, session: Session): void {
  const command = group
    .command('consistency')
    .summary('prove that a trail only grew between two checkpoints, or check such a proof')
    .description('Proves that the trail at NEW is the trail at OLD with lines added at its end. With --trail the proof is made, with --proof it is checked without the trail.')
    .argument('<old>', 'a checkpoint file, or with --trail a size')
    .argument('<new>', 'a checkpoint file, or with --trail a size')
    .option('--trail <trail>', 'make the proof from this trail: a file, sqlite:PATH or postgres://…')
    .option('--proof <file>', 'check this proof; - for standard input')
    .option('--key <key>', 'the verifier key of the log, or a file with some, which must have signed both checkpoints; again for more', several)
    .option('--out <file>', 'where the proof goes; standard output without it')
    .option('--json', 'with --proof: print { holds, oldSize, oldRoot, newSize, newRoot, signed }; a proof that is made is JSON in any case')
    .action((old: string, later: string, flags: Flags) => session.run('audit consistency', flags, () => answering(session, () => consistency(session, old, later, flags))));
  complete(command, {
    examples: [
      'enforcecore audit consistency monday.checkpoint friday.checkpoint --trail audit_logs/trail.jsonl --out week.json',
      'enforcecore audit consistency monday.checkpoint friday.checkpoint --proof week.json --key audit.pub',
      'enforcecore audit consistency 100 250 --trail sqlite:audit.db',
    ],
    exits: ['the trail only grew', 'it was changed between the two, or a signature is not by the key', 'asked wrongly, or a file or the trail cannot be used'],
  });
}

async function consistency(session: Session, old: string, later: string, flags: Flags): Promise<void> {
  if ((flags.trail === undefined) === (flags.proof === undefined)) throw new CliError('USAGE', 'choose one: --trail makes a proof, --proof checks one');
  if (flags.proof !== undefined && flags.out !== undefined) throw new CliError('USAGE', '--out is for --trail, which makes a proof');
  await refuseOverwriting(flags.out, flags.trail, [old, later]);
  const [from, to] = [await endOf(session, old, flags), await endOf(session, later, flags)];
  if (from.origin !== undefined && to.origin !== undefined && from.origin !== to.origin) {
    throw new CliError('INPUT', `the checkpoints are of two logs: ${from.origin} and ${to.origin}`);
  }
  if (from.size > to.size) throw new CliError('USAGE', `${from.shown} is of size ${String(from.size)}, ${to.shown} of ${String(to.size)}: give the older one first`);
  for (const end of [from, to]) await refuseUnsigned(session, end, flags);
  if (flags.trail === undefined) await check(session, from, to, flags);
  else await withLog(flags.trail, (log) => make(session, log, from, to, flags));
}

async function endOf(session: Session, given: string, flags: Flags): Promise<End> {
  if (/^\d{1,15}$/.test(given)) {
    if (flags.trail === undefined) throw new CliError('USAGE', `a size says nothing of the root: without --trail give checkpoint files, got ${given}`);
    return { shown: `size ${given}`, size: Number(given), root: undefined, origin: undefined, isSigned: false };
  }
  const keys = await verifierKeys(flags.key);
  const { checkpoint, isSigned, wrong } = await judgeNote(given, await readCheckpointNote(session.io, given), keys, undefined);
  const { origin, size, root }: Checkpoint = checkpoint;
  return { shown: given, size, root, origin, isSigned: isSigned === true && wrong === 0 };
}

async function refuseUnsigned(session: Session, { shown, root, isSigned }: End, { key }: Flags): Promise<void> {
  if (key === undefined || root === undefined || isSigned) return;
  session.raise(1);
  await session.complain(`${shown} is not signed by a key that was given, as the log that it names`);
}

async function check(session: Session, from: End, to: End, flags: Flags): Promise<void> {
  const { verifyConsistency } = await import('@enforcecore/audit');
  const source = flags.proof ?? '-';
  const proof = readConsistency(source === '-' ? '(standard input)' : source, await readSmallInput(session.io, source, 'a proof', maxBytes));
  const [oldSize, oldRoot, newSize, newRoot] = [from.size, from.root ?? '', to.size, to.root ?? ''];
  // The roots are those of the checkpoints: what the proof says of them is its maker's word.
  const holds = verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof: proof.path });
  if (!holds) session.raise(1);
  const signed = from.isSigned && to.isSigned;
  if (flags.json === true) {
    await session.printJson({ holds: holds && session.exitCode === 0, oldSize, oldRoot, newSize, newRoot, signed });
    return;
  }
  const isGood = holds && session.exitCode === 0;
  const word = isGood ? session.paint('green', 'CONSISTENT') : session.paint('red', 'NOT CONSISTENT');
  await session.print(`${word}  ${String(oldSize)} to ${String(newSize)}\n\n${wrapText(sentence(holds, isGood, signed), session.io.stdout.columns)}\n`);
}

function sentence(holds: boolean, isGood: boolean, signed: boolean): string {
  if (!holds) return 'The proof does not lead from the old root to the new one: lines were changed or removed, or it is a proof of something else.';
  if (!isGood) return 'The proof is right, but a checkpoint is not signed by the key that was given.';
  return signed ? 'Between these checkpoints, which the log signed, lines were only added.' : 'Between these checkpoints lines were only added. No key was given: who made them is not known.';
}

async function make(session: Session, log: LogReader, from: End, to: End, flags: Flags): Promise<void> {
  const proof = await proofOf(session, log, from, to);
  const wrong = [[from, proof.oldRoot] as const, [to, proof.newRoot] as const].find(([end, root]) => end.root !== undefined && end.root !== root);
  if (wrong !== undefined) {
    session.raise(1);
    await session.complain(`${log.location} has another root at size ${String(wrong[0].size)} than ${wrong[0].shown} says: it is not the trail that was checkpointed, or lines were changed`);
    return;
  }
  if (session.exitCode !== 0) return;
  const text = `${prettyJson(proof)}\n`;
  if (flags.out === undefined) await session.print(text);
  else await writeWhole(flags.out, undefined, (write) => write(text));
  await session.note(`from ${String(from.size)} to ${String(to.size)} lines were only added${flags.out === undefined ? '' : `; written to ${flags.out}`}`);
}

async function proofOf(session: Session, log: LogReader, from: End, to: End): Promise<ConsistencyFile> {
  const { ConsistencyProver, rootOf, TreeBuilder, verifyConsistency } = await import('@enforcecore/audit/proof');
  const counting = new Counting(session, 'proving', to.size);
  try {
    const old = await treeAt(log, from.size, (done) => { counting.show(done); });
    const prover = new ConsistencyProver(old, to.size);
    const tree = new TreeBuilder(old);
    for await (const { hash } of log.records(from.size, to.size)) {
      prover.add(hash);
      tree.add(hash);
      counting.show(tree.size);
    }
    if (tree.size < to.size) throw new CliError('INPUT', `${log.location} has only ${String(tree.size)} lines, not ${String(to.size)}: if it had more before, lines are missing; check it with enforcecore verify`);
    const claim = { oldSize: from.size, oldRoot: rootOf(old), newSize: to.size, newRoot: tree.root(), proof: prover.proof() };
    if (!verifyConsistency(claim)) throw new CliError('INPUT', 'the proof that was made does not hold: report this, it is a fault of this program');
    const { proof: path, ...ends } = claim;
    return { type: 'enforcecore/consistency-proof/v1', ...ends, path };
  } finally {
    await counting.clear();
  }
}
