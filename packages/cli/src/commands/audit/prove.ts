import type { AuditQuery } from '@enforcecore/audit';
import type { Command } from 'commander';
import { answering } from '../../audit/answering.js';
import { judgeProof } from '../../audit/judge-proof.js';
import { checkpointFor, makeProof } from '../../audit/make-proof.js';
import { withLog, type LogReader } from '../../audit/open-log.js';
import type { ProofFile } from '../../audit/proof-file.js';
import { refuseOverwriting } from '../../audit/refuse-overwriting.js';
import { CliError } from '../../errors.js';
import { Counting } from '../../render/counting.js';
import { prettyJson } from '../../render/json-text.js';
import { plainText } from '../../render/plain-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { writeWhole } from '../../write-whole.js';
import { complete, wholeNumber } from '../define.js';

interface Flags extends CommonFlags {
  readonly entryId?: string;
  readonly callId?: string;
  readonly size?: number;
  readonly out?: string;
}

export function addProve(group: Command, session: Session): void {
  const command = group
    .command('prove')
    .summary('prove that one entry is in a trail')
    .description('Writes a proof that one entry is in the trail, which anyone can check without the trail. It holds that entry, and of all others only hashes.')
    .argument('<trail>', 'the trail: a file, sqlite:PATH or postgres://…')
    .argument('[n]', 'which entry: its index, from 0, as query shows it', wholeNumber)
    .option('--entry-id <id>', 'which entry: the one with this id')
    .option('--call-id <id>', 'which entry: the one of this call')
    .option('--size <n>', 'prove it in the tree of the first n entries; by default that of the latest checkpoint', wholeNumber)
    .option('--out <file>', 'where the proof goes; standard output without it')
    .option('--json', 'the proof is JSON in any case')
    .action((trail: string, n: number | undefined, flags: Flags) => session.run('audit prove', flags, () => answering(session, () => prove(session, trail, n, flags))));
  complete(command, {
    notes: ['Without a checkpoint that covers the entry, the proof leads to a root that nobody vouches for: make one with audit checkpoint.'],
    examples: [
      'enforcecore audit prove audit_logs/trail.jsonl 41 --out proof.json',
      'enforcecore audit prove sqlite:audit.db --call-id 7b0c… | enforcecore audit check-proof - --key audit.pub',
    ],
    exits: ['the proof was made', 'the trail does not have the root of its checkpoint: verify it', 'asked wrongly, or there is no such entry, or the trail cannot be read'],
  });
}

async function prove(session: Session, trail: string, n: number | undefined, flags: Flags): Promise<void> {
  if ([n, flags.entryId, flags.callId].filter((one) => one !== undefined).length !== 1) throw new CliError('USAGE', 'name one entry: by its index, --entry-id or --call-id');
  await refuseOverwriting(flags.out, trail);
  const proof = await withLog(trail, (log) => proofOf(session, log, n, flags));
  await refuseBroken(proof);
  const text = `${prettyJson(proof)}\n`;
  if (flags.out === undefined) await session.print(text);
  else await writeWhole(flags.out, undefined, (write) => write(text));
  const where = flags.out === undefined ? '' : `; written to ${flags.out}`;
  await session.note(`entry ${String(proof.index)} of ${String(proof.size)}${where}${plainText(anchor(proof))}`);
}

function anchor({ checkpoint, root }: ProofFile): string {
  if (checkpoint === null) return `; no checkpoint has this size: it proves something to those only who know that the root is ${root}`;
  return checkpoint.includes('\n\n') ? '' : '; its checkpoint is not signed: it proves something to those only who have that checkpoint from elsewhere';
}

async function proofOf(session: Session, log: LogReader, n: number | undefined, flags: Flags): Promise<ProofFile> {
  const index = n ?? (await indexOf(log, flags));
  const checkpoint = await checkpointFor(log, index, flags.size);
  const size = flags.size ?? checkpoint?.size ?? (await log.size());
  if (index >= size) throw new CliError('INPUT', `there is no entry ${String(index)} among the first ${String(size)} of ${log.location}: indexes count from 0`);
  const counting = new Counting(session, 'proving', size);
  const proof = await makeProof(log, index, size, (done) => {
    counting.show(done);
  }).finally(() => counting.clear());
  return { ...proof, checkpoint: checkpoint?.note ?? null };
}

async function indexOf(log: LogReader, { entryId, callId }: Flags): Promise<number> {
  const asked: AuditQuery = entryId === undefined ? { call_id: callId, kind: 'call' } : { entry_id: entryId };
  const { entries } = await log.query({ ...asked, limit: 2 });
  const [first, second] = entries;
  if (first === undefined) throw new CliError('INPUT', `no entry of ${log.location} has this ${entryId === undefined ? 'call id' : 'entry id'}`);
  if (second !== undefined) throw new CliError('INPUT', `several entries of ${log.location} have this id: give the index of one, such as ${String(first.index)}`);
  return first.index;
}

/** A proof that does not hold would only be found by those who get it. */
async function refuseBroken(proof: ProofFile): Promise<void> {
  const judged = await judgeProof('the proof', proof, [], undefined);
  const broken = judged.checks.find(({ status }) => status === 'fail');
  if (broken === undefined) return;
  const { TrailError } = await import('@enforcecore/audit');
  throw new TrailError('CHECKPOINT', '', `the trail does not hold what its checkpoint says (${broken.detail}): nothing was written; check it with enforcecore verify`);
}
