import { Option, type Command } from 'commander';
import { filterOptions, queryOf, type FilterFlags } from '../../audit/entry-filters.js';
import { withLog, type LogReader } from '../../audit/open-log.js';
import { refuseOverwriting } from '../../audit/refuse-overwriting.js';
import { CliError } from '../../errors.js';
import { counted } from '../../render/amounts.js';
import { Counting } from '../../render/counting.js';
import { visibleJson } from '../../render/json-text.js';
import { plainLines } from '../../render/plain-text.js';
import type { CommonFlags, Session } from '../../session.js';
import { writeWhole } from '../../write-whole.js';
import { complete, wholeNumber } from '../define.js';

type Format = 'jsonl' | 'csv' | 'json';

interface Flags extends CommonFlags, FilterFlags {
  readonly out?: string;
  readonly as: Format;
  readonly limit?: number;
}

type Write = (text: string) => Promise<void>;

/** Small pieces would be a system call each. */
const pieceLength = 65_536;

export function addExport(group: Command, session: Session): void {
  const command = group
    .command('export')
    .summary('write entries as JSON lines, CSV or JSON')
    .description('Writes all entries that fit every option given, oldest first. It does not check them: that is what verify does.')
    .argument('<trail>', 'the trail: a file, sqlite:PATH or postgres://…')
    .option('--out <file>', 'where they go; standard output without it')
    .addOption(new Option('--as <format>', 'lines as they are stored, a table, or one array').choices(['jsonl', 'csv', 'json']).default('jsonl'));
  filterOptions(command)
    .option('--limit <n>', 'at most so many', wholeNumber)
    .option('--json', 'print { file, as, entries } about the export; needs --out')
    .action((trail: string, flags: Flags) => session.run('audit export', flags, () => run(session, trail, flags)));
  complete(command, {
    notes: ['In CSV a text that a spreadsheet would run as a formula begins with an apostrophe. On a terminal, what could steer it is escaped; files and pipes get the stored bytes.'],
    examples: [
      'enforcecore audit export audit_logs/trail.jsonl --as csv --since 2026-11-01 --out november.csv',
      'enforcecore audit export sqlite:audit.db --decision blocked | jq .violation_reason',
    ],
    exits: ['done, also when no entry fits', 'never', 'asked wrongly, or the trail cannot be read, or the file not be written'],
  });
}

async function run(session: Session, trail: string, flags: Flags): Promise<void> {
  const { out, json, as } = flags;
  if (json === true && out === undefined) throw new CliError('USAGE', '--json needs --out: without it the entries themselves are printed; give --as json for one array of them');
  if (flags.limit === 0) throw new CliError('USAGE', '--limit takes a number of at least 1');
  await refuseOverwriting(out, trail);
  const entries = await withLog(trail, async (log) => {
    if (out === undefined) return copy(session, log, flags, terminalText(session, as));
    let count = 0;
    await writeWhole(out, undefined, async (write) => {
      count = await copy(session, log, flags, write);
    });
    return count;
  });
  if (json === true) await session.printJson({ file: out, as, entries });
  else await session.note(`${entries === 0 ? 'no entry fits' : counted(entries, 'entry', 'entries')}${out === undefined ? '' : ` written to ${out}`}`);
}

/** A terminal obeys what entries say; everything else gets them as they are. */
function terminalText(session: Session, as: Format): Write {
  if (!session.io.stdout.isTerminal) return (text) => session.print(text);
  return (text) => session.print(as === 'csv' ? plainLines(text.replaceAll('\r\n', '\n')) : visibleJson(text));
}

async function copy(session: Session, log: LogReader, flags: Flags, write: Write): Promise<number> {
  const { exportEntries } = await import('@enforcecore/audit');
  const { as, limit } = flags;
  const counting = new Counting(session, 'exporting');
  let pieces = 0;
  let held = '';
  try {
    for await (const piece of exportEntries(log, { ...queryOf(flags), limit }, as)) {
      pieces += 1;
      held += piece;
      if (held.length < pieceLength) continue;
      await write(held);
      held = '';
      counting.show(pieces);
    }
  } finally {
    await counting.clear();
  }
  await write(held);
  // A head in CSV, an end in JSON.
  return as === 'jsonl' ? pieces : pieces - 1;
}
