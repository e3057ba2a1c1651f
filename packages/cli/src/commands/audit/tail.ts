import type { AuditPage } from '@enforcecore/audit';
import type { Command } from 'commander';
import { filterOptions, queryOf, type FilterFlags } from '../../audit/entry-filters.js';
import { fits } from '../../audit/fits.js';
import { withLog, type LogReader } from '../../audit/open-log.js';
import { CliError } from '../../errors.js';
import { untilInterrupted } from '../../io.js';
import { entryTable } from '../../render/entry-table.js';
import { jsonText } from '../../render/json-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete, wholeNumber } from '../define.js';

interface Flags extends CommonFlags, FilterFlags {
  readonly follow?: boolean;
  readonly lines: number;
}

type Found = AuditPage['entries'][number];

const most = 10_000;

export function addTail(group: Command, session: Session): void {
  const command = group
    .command('tail')
    .summary('show the last entries, and new ones as they come')
    .description('Shows the last entries that fit every option given, the latest last; with -f also new ones as they come, until it is asked to stop.')
    .argument('<trail>', 'the trail: a file, sqlite:PATH or postgres://…')
    .option('-f, --follow', 'go on with new entries')
    .option('-n, --lines <n>', 'how many of the last ones; 0 for none, at most 10000', wholeNumber, 10);
  filterOptions(command)
    .option('--json', 'print one JSON object { index, entry } a line')
    .action((trail: string, flags: Flags) => session.run('audit tail', flags, () => tail(session, trail, flags)));
  complete(command, {
    notes: ['Across rotations it goes on with the next file. SIGINT and SIGTERM end it with code 0.'],
    examples: ['enforcecore audit tail -f audit_logs/trail.jsonl', 'enforcecore audit tail -f sqlite:audit.db --decision blocked --json'],
    exits: ['done, or asked to stop', 'never', 'asked wrongly, or the trail cannot be read'],
  });
}

async function tail(session: Session, trail: string, flags: Flags): Promise<void> {
  if (flags.lines > most) throw new CliError('USAGE', `-n takes a number of at most ${String(most)}; audit export writes all entries`);
  await withLog(trail, async (log) => {
    // Before the last ones are looked for, so that none is missed in between.
    const size = flags.follow === true ? await log.size() : 0;
    const last = flags.lines === 0 ? [] : await lastOnes(log, flags);
    await show(session, last, flags, last.length > 0);
    if (flags.follow === true) await follow(session, log, Math.max(size, (last.at(-1)?.index ?? -1) + 1), flags);
  });
}

async function lastOnes(log: LogReader, flags: Flags): Promise<readonly Found[]> {
  const { entries } = await log.query({ ...queryOf(flags), order: 'desc', limit: flags.lines });
  return [...entries].reverse();
}

async function follow(session: Session, log: LogReader, from: number, flags: Flags): Promise<void> {
  const { tailEntries } = await import('@enforcecore/audit');
  const query = queryOf(flags);
  await untilInterrupted(session.io, async (signal) => {
    for await (const found of tailEntries(log, { from, signal })) {
      if (fits(found.entry, query)) await show(session, [found], flags, false);
    }
  });
}

async function show(session: Session, found: readonly Found[], { json }: Flags, head: boolean): Promise<void> {
  if (json === true) for (const { index, entry } of found) await session.print(`${jsonText({ index, entry })}\n`);
  else if (found.length > 0) await session.print(entryTable(session, found, { head }));
}
