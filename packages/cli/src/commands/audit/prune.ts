import type { Command } from 'commander';
import { moment } from '../../audit/entry-filters.js';
import { openStore } from '../../audit/open-log.js';
import { trailPlace } from '../../audit/trail-place.js';
import { treeAt } from '../../audit/tree-at.js';
import { CliError } from '../../errors.js';
import { counted } from '../../render/amounts.js';
import { Counting } from '../../render/counting.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete, wholeNumber } from '../define.js';
import type { AuditStore } from '@enforcecore/audit';

interface Flags extends CommonFlags {
  readonly before?: string;
  readonly through?: number;
  readonly yes?: boolean;
}

export function addPrune(group: Command, session: Session): void {
  const command = group
    .command('prune')
    .summary('delete old entries from a database')
    .description('Deletes the oldest entries of a trail in a database. The tree over them stays, so that what is left still verifies; nobody can prove a deleted entry any more.')
    .argument('<trail>', 'the trail: sqlite:PATH or postgres://…')
    .option('--before <time>', 'delete entries older than this: 2026-01-01, or 2026-01-01T00:00:00Z', moment)
    .option('--through <n>', 'delete entries up to this index, itself included', wholeNumber)
    .option('--yes', 'delete; without it the command only says how many entries would go')
    .option('--json', 'print { deleted, wouldDelete, size, first }')
    .action((trail: string, flags: Flags) => session.run('audit prune', flags, () => prune(session, trail, flags)));
  complete(command, {
    notes: ['Trails of files are pruned by whole segments: set ENFORCECORE_AUDIT_RETAIN_DAYS for the program that writes them.'],
    examples: ['enforcecore audit prune sqlite:audit.db --before 2026-01-01', 'enforcecore audit prune sqlite:audit.db --through 99999 --yes'],
    exits: ['done', 'never', 'asked wrongly, or the trail cannot be changed'],
  });
}

async function prune(session: Session, trail: string, flags: Flags): Promise<void> {
  const { before, through } = flags;
  if ((before === undefined) === (through === undefined)) throw new CliError('USAGE', 'choose one: --before a time, or --through an index');
  const place = trailPlace(trail);
  if (place.kind === 'file') {
    throw new CliError('USAGE', 'a trail of files is pruned by whole segments: set ENFORCECORE_AUDIT_RETAIN_DAYS for the program that writes it, or move it to sqlite:PATH first');
  }
  const store = await openStore(place, { readOnly: place.kind === 'sqlite' && flags.yes !== true });
  try {
    const [start, size] = [await store.start(), await store.size()];
    const end = through === undefined ? await indexAt(store, before ?? '') : through + 1;
    const wouldDelete = Math.max(0, end - start.size);
    if (wouldDelete > 0 && flags.yes === true) await remove(session, store, end);
    await tell(session, flags, { wouldDelete, size, first: flags.yes === true ? Math.max(start.size, end) : start.size });
  } finally {
    await store.close();
  }
}

/** The index of the first entry that is not older; writers' clocks differ, so what follows it may be. */
async function indexAt(store: AuditStore, before: string): Promise<number> {
  const { entries } = await store.query({ since: before, order: 'asc', limit: 1 });
  return entries[0]?.index ?? (await store.size());
}

async function remove(session: Session, store: AuditStore, end: number): Promise<void> {
  const counting = new Counting(session, 'reading', end);
  const state = await treeAt(store, end, (done) => { counting.show(done); }).finally(() => counting.clear());
  await store.prune(state);
}

async function tell(session: Session, flags: Flags, { wouldDelete, size, first }: { readonly wouldDelete: number; readonly size: number; readonly first: number }): Promise<void> {
  const deleted = flags.yes === true ? wouldDelete : 0;
  if (flags.json === true) {
    await session.printJson({ deleted, wouldDelete, size, first });
    return;
  }
  if (wouldDelete === 0) await session.print('nothing to delete\n');
  else if (deleted > 0) await session.print(`${counted(deleted, 'entry', 'entries')} deleted; the first one left has index ${String(first)}\n`);
  else await session.print(`${counted(wouldDelete, 'entry', 'entries')} of ${counted(size, 'line')} would be deleted: repeat with --yes\n`);
}
