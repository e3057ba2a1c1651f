import type { AuditStore } from '@enforcecore/audit';
import type { Command } from 'commander';
import { moment } from '../../audit/entry-filters.js';
import { withLog, type LogReader } from '../../audit/open-log.js';
import { refuseOtherSigner } from '../../audit/refuse-spoiling.js';
import { signerOf } from '../../audit/signer.js';
import { trailPlace, type TrailPlace } from '../../audit/trail-place.js';
import { treeAt } from '../../audit/tree-at.js';
import { withDatabaseTrail } from '../../audit/with-database-trail.js';
import { CliError } from '../../errors.js';
import { counted } from '../../render/amounts.js';
import { Counting } from '../../render/counting.js';
import { plainText } from '../../render/plain-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete, wholeNumber } from '../define.js';

interface Flags extends CommonFlags {
  readonly before?: string;
  readonly through?: number;
  readonly keyFile?: string;
  readonly yes?: boolean;
}

/** What deleting would come to. */
interface Plan {
  readonly end: number;
  readonly wouldDelete: number;
  readonly size: number;
  readonly first: number;
}

export function addPrune(group: Command, session: Session): void {
  const command = group
    .command('prune')
    .summary('delete old entries from a database')
    .description('Deletes the oldest entries of a trail in a database, behind an entry that says so. The tree over them stays, so that what is left still verifies; nobody can prove a deleted entry any more.')
    .argument('<trail>', 'the trail: sqlite:PATH or postgres://…')
    .option('--before <time>', 'delete entries older than this: 2026-01-01, or 2026-01-01T00:00:00Z', moment)
    .option('--through <n>', 'delete entries up to this index, itself included', wholeNumber)
    .option('--key-file <file>', 'the key that signs a checkpoint over the deletion, needed where checkpoints are signed; ENFORCECORE_AUDIT_KEY_FILE or ENFORCECORE_AUDIT_KEY by default')
    .option('--yes', 'delete; without it the command only says how many entries would go')
    .option('--json', 'print { deleted, wouldDelete, size, first }')
    .action((trail: string, flags: Flags) => session.run('audit prune', flags, () => prune(session, trail, flags)));
  complete(command, {
    notes: ['Trails of files are pruned by whole segments: set ENFORCECORE_AUDIT_RETAIN_DAYS for the program that writes them.'],
    examples: ['enforcecore audit prune sqlite:audit.db --before 2026-01-01', 'enforcecore audit prune sqlite:audit.db --through 99999 --key-file audit.key --yes'],
    exits: ['done', 'never', 'asked wrongly, or key or trail cannot be used'],
  });
}

async function prune(session: Session, trail: string, flags: Flags): Promise<void> {
  const { before, through } = flags;
  if ((before === undefined) === (through === undefined)) throw new CliError('USAGE', 'choose one: --before a time, or --through an index');
  const place = trailPlace(trail);
  if (place.kind === 'file') {
    throw new CliError('USAGE', 'a trail of files is pruned by whole segments: set ENFORCECORE_AUDIT_RETAIN_DAYS for the program that writes it, or move it to sqlite:PATH first');
  }
  const plan = await withLog(trail, async (log) => planOf(log, flags));
  if (flags.yes !== true || plan.wouldDelete === 0) {
    await tell(session, flags, { ...plan, deleted: 0 });
    return;
  }
  await remove(session, trail, place, plan.end, flags.keyFile);
  await tell(session, flags, { ...plan, deleted: plan.wouldDelete, first: plan.end });
}

async function planOf(log: LogReader, { before, through }: Flags): Promise<Plan> {
  const [start, size] = [await log.start(), await log.size()];
  const end = through === undefined ? await indexAt(log, before ?? '') : through + 1;
  if (end > size) throw new CliError('USAGE', `--through ${String(end - 1)} is beyond the last entry, which has index ${String(size - 1)}`);
  return { end, wouldDelete: Math.max(0, end - start.size), size, first: start.size };
}

/** The index of the first entry that is not older; writers' clocks differ, so what follows it may be. */
async function indexAt(log: LogReader, before: string): Promise<number> {
  const { entries } = await log.query({ since: before, order: 'asc', limit: 1 });
  return entries[0]?.index ?? (await log.size());
}

async function remove(session: Session, trail: string, place: Exclude<TrailPlace, { readonly kind: 'file' }>, end: number, keyFile: string | undefined): Promise<void> {
  const signer = await signerOf(session.io.env, keyFile);
  await withLog(trail, (log) => refuseOtherSigner(log, signer));
  const warnings: string[] = [];
  const onWarning = (message: string): void => { warnings.push(message); };
  // Where nobody signs, none is made: one more that anybody could have written shows nothing.
  const checkpoints = signer === undefined ? { checkpointEntries: 0, checkpointSeconds: 0 } : { signer };
  const { pruneStore } = await import('@enforcecore/audit');
  try {
    await withDatabaseTrail(place, { ...checkpoints, onWarning }, async (writer, store) => pruneStore(store, writer, await stateAt(session, store, end)));
  } finally {
    for (const warning of warnings) await session.note(`${session.paintError('yellow', 'warning:')} ${plainText(warning)}`);
  }
}

async function stateAt(session: Session, store: AuditStore, end: number): ReturnType<typeof treeAt> {
  const counting = new Counting(session, 'reading', end);
  return treeAt(store, end, (done) => { counting.show(done); }).finally(() => counting.clear());
}

async function tell(session: Session, flags: Flags, { deleted, wouldDelete, size, first }: Plan & { readonly deleted: number }): Promise<void> {
  if (flags.json === true) {
    await session.printJson({ deleted, wouldDelete, size, first });
    return;
  }
  if (wouldDelete === 0) await session.print('nothing to delete\n');
  else if (deleted > 0) await session.print(`${counted(deleted, 'entry', 'entries')} deleted; the first one left has index ${String(first)}\n`);
  else await session.print(`${counted(wouldDelete, 'entry', 'entries')} of ${counted(size, 'line')} would be deleted: repeat with --yes\n`);
}
