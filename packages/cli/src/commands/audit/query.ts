import type { AuditPage } from '@enforcecore/audit';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { filterOptions, queryOf, type FilterFlags } from '../../audit/entry-filters.js';
import { withLog } from '../../audit/open-log.js';
import { counted } from '../../render/amounts.js';
import { entryTable } from '../../render/entry-table.js';
import type { CommonFlags, Session } from '../../session.js';
import { complete } from '../define.js';

interface Flags extends CommonFlags, FilterFlags {
  readonly limit: number;
  readonly after?: string;
  readonly order: 'asc' | 'desc';
}

export function addQuery(group: Command, session: Session): void {
  const command = group
    .command('query')
    .summary('find entries of a trail')
    .description('Finds entries that fit every option given, a page at a time, the latest first. It does not check them: that is what verify does.')
    .argument('<trail>', 'the trail: a file, sqlite:PATH or postgres://…');
  filterOptions(command)
    .addOption(new Option('--limit <n>', 'how many, 1 to 10000').argParser(pageSize).default(100))
    .option('--after <cursor>', 'go on behind this entry: what the page before named')
    .addOption(new Option('--order <order>', 'oldest or latest first').choices(['asc', 'desc']).default('desc'))
    .option('--json', 'print { entries: [{ index, entry }], next }')
    .action((trail: string, flags: Flags) => session.run('audit query', flags, () => query(session, trail, flags)));
  complete(command, {
    examples: [
      'enforcecore audit query audit_logs/trail.jsonl --decision blocked --since 2026-11-01',
      'enforcecore audit query sqlite:audit.db --tool send_email --text "credit card" --limit 20',
      'enforcecore audit query audit_logs/trail.jsonl --session s-17 --order asc --json | jq .entries',
    ],
    exits: ['done, also when no entry fits', 'never', 'asked wrongly, or the trail cannot be read'],
  });
}

function pageSize(text: string): number {
  const n = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (n < 1 || n > 10_000) throw new InvalidArgumentError('Expected a whole number from 1 to 10000.');
  return n;
}

async function query(session: Session, trail: string, flags: Flags): Promise<void> {
  const { limit, after, order } = flags;
  const page = await withLog(trail, (log) => log.query({ ...queryOf(flags), limit, after, order }));
  if (flags.json === true) {
    await session.printJson(page);
    return;
  }
  if (page.entries.length > 0) await session.print(entryTable(session, page.entries));
  await session.note(summary(page));
}

function summary({ entries, next }: AuditPage): string {
  const found = entries.length === 0 ? 'no entry fits' : counted(entries.length, 'entry', 'entries');
  return next === null ? found : `${found}, and there are more: --after ${next}`;
}
