import type { ErasureResult, ErasureSubject, Signer } from '@enforcecore/audit';
import type { Command } from 'commander';
import { answering } from '../../audit/answering.js';
import { countErasable } from '../../audit/count-erasable.js';
import { withLog } from '../../audit/open-log.js';
import { refuseOtherSigner, refuseSegment } from '../../audit/refuse-spoiling.js';
import { signerOf } from '../../audit/signer.js';
import { trailPlace, type TrailPlace } from '../../audit/trail-place.js';
import { withDatabaseTrail } from '../../audit/with-database-trail.js';
import { CliError } from '../../errors.js';
import { counted } from '../../render/amounts.js';
import { plainText } from '../../render/plain-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete } from '../define.js';

interface Flags extends CommonFlags {
  readonly session?: string;
  readonly agent?: string;
  readonly tenant?: string;
  readonly callId?: string;
  readonly entryId?: string;
  readonly reason?: string;
  readonly keyFile?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function addErase(group: Command, session: Session): void {
  const command = group
    .command('erase')
    .summary('erase what entries say, and keep the proofs')
    .description('Erases the content of the entries that fit every option given, for good. Their hashes stay, so the trail still verifies with the same root, and an entry says how many went and why.')
    .argument('<trail>', 'the trail: a file, sqlite:PATH or postgres://…')
    .option('--session <id>', 'the entries of this session')
    .option('--agent <id>', 'the entries of this agent')
    .option('--tenant <id>', 'the entries of this tenant')
    .option('--call-id <id>', 'the entries of this call')
    .option('--entry-id <id>', 'the entry with this id')
    .option('--reason <text>', 'why; it stays in the trail for good, so name nobody in it')
    .option('--key-file <file>', 'the key that signs a checkpoint over the erasure, needed where checkpoints are signed; ENFORCECORE_AUDIT_KEY_FILE or ENFORCECORE_AUDIT_KEY by default')
    .option('--dry-run', 'only say how many entries would be erased')
    .option('--yes', 'erase: nothing brings the content back')
    .option('--json', 'print { trail, erased, wouldErase, announcedBy }')
    .action((trail: string, flags: Flags) => session.run('audit erase', flags, () => erase(session, trail, flags)));
  complete(command, {
    notes: [
      'Programs that write the trail may go on. Of files, the current one is closed first if it holds such entries. Like every writer it records calls whose process died, with the outcome unknown.',
      'Calls that have not ended yet are not reached: repeat it afterwards. Nor are copies: exports, proofs, backups, freed blocks of the disk. PostgreSQL keeps old rows until VACUUM, and its write-ahead log.',
    ],
    examples: [
      'enforcecore audit erase audit_logs/trail.jsonl --session s-17 --dry-run',
      'enforcecore audit erase audit_logs/trail.jsonl --session s-17 --reason "request 118" --key-file audit.key --yes',
      'enforcecore audit erase sqlite:audit.db --tenant acme --reason "it left" --key-file audit.key --yes',
    ],
    exits: ['the entries were erased, or counted with --dry-run', 'no entry fits, or a running program still has such a call open: nothing was erased', 'asked wrongly, without --yes, or key or trail cannot be used'],
  });
}

async function erase(session: Session, trail: string, flags: Flags): Promise<void> {
  const place = trailPlace(trail);
  const [subject, reason] = [subjectOf(flags), reasonOf(flags)];
  const signer = flags.yes === true ? await signerOf(session.io.env, flags.keyFile) : undefined;
  const wouldErase = await withLog(trail, async (log) => {
    await refuseSegment(place, log);
    if (flags.yes === true) await refuseOtherSigner(log, signer);
    return countErasable(session, log, subject);
  });
  if (flags.dryRun === true) {
    if (flags.json === true) await session.printJson({ trail: place.shown, erased: 0, wouldErase, announcedBy: [] });
    else await session.print(wouldErase === 0 ? 'no entry fits\n' : `${counted(wouldErase, 'entry', 'entries')} would be erased\n`);
    return;
  }
  if (wouldErase === 0) {
    session.raise(1);
    await session.complain(`no entry of ${place.shown} fits, so nothing was erased: erased entries have no values any more`);
    return;
  }
  if (flags.yes !== true) throw new CliError('USAGE', `${counted(wouldErase, 'entry', 'entries')} of ${place.shown} would be erased, and nothing brings them back: repeat with --yes`);
  await answering(session, async () => {
    const { erased, announcedBy } = await eraseFrom(session, place, subject, reason, signer);
    if (flags.json === true) await session.printJson({ trail: place.shown, erased, wouldErase, announcedBy });
    else await session.print(`${counted(erased, 'entry', 'entries')} erased\n`);
  }, ['ERASURE']);
}

function subjectOf({ session, agent, tenant, callId, entryId }: Flags): ErasureSubject {
  const given = { '--session': session, '--agent': agent, '--tenant': tenant, '--call-id': callId, '--entry-id': entryId };
  const names = Object.keys(given).join(', ');
  if (Object.values(given).every((value) => value === undefined)) throw new CliError('USAGE', `say whose entries are to be erased: ${names}; an entry must fit all that are given`);
  const empty = Object.entries(given).find(([, value]) => value === '');
  if (empty !== undefined) throw new CliError('USAGE', `${empty[0]} is empty: expected what the entries have there`);
  return { session, agent, tenant_id: tenant, call_id: callId, entry_id: entryId };
}

function reasonOf({ reason = '', dryRun, yes }: Flags): string {
  if (dryRun === true && yes === true) throw new CliError('USAGE', 'choose one: --dry-run only counts, --yes erases');
  if (dryRun !== true && reason.trim() === '') throw new CliError('USAGE', 'say why with --reason: it stays in the trail for good; --dry-run only counts');
  return reason;
}

async function eraseFrom(session: Session, place: TrailPlace, subject: ErasureSubject, reason: string, signer: Signer | undefined): Promise<ErasureResult> {
  const warnings: string[] = [];
  const onWarning = (message: string): void => { warnings.push(message); };
  // Where nobody signs, none is made: one more that anybody could have written shows nothing.
  const checkpoints = signer === undefined ? { checkpointEntries: 0, checkpointSeconds: 0 } : { signer };
  try {
    const { eraseFromStore, eraseFromTrail } = await import('@enforcecore/audit');
    // What says that entries were erased must not be lost with the power while their tombstones stay.
    if (place.kind === 'file') return await eraseFromTrail(place.path, subject, reason, { ...checkpoints, durability: 'power', onWarning });
    return await withDatabaseTrail(place, { ...checkpoints, onWarning }, (writer, store) => eraseFromStore(store, writer, subject, reason));
  } finally {
    for (const warning of warnings) await session.note(`${session.paintError('yellow', 'warning:')} ${plainText(warning)}`);
  }
}
