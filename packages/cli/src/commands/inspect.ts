import type { AuditEntry } from '@enforcecore/audit';
import { Option, type Command } from 'commander';
import { openStore } from '../audit/open-log.js';
import { trailPlace } from '../audit/trail-place.js';
import { counted } from '../render/amounts.js';
import { entryTable } from '../render/entry-table.js';
import { jsonText } from '../render/json-text.js';
import type { CommonFlags, Session } from '../session.js';
import { complete, wholeNumber } from './define.js';

interface Flags extends CommonFlags {
  readonly tail: number;
  readonly tool?: string;
  readonly decision?: string;
}

/** How many entries of a database are held at a time. */
const pageSize = 1_000;

export function addInspect(program: Command, session: Session): void {
  const command = program
    .command('inspect')
    .summary('show the last entries of an audit trail')
    .description('Shows entries of an audit trail, the latest last. It does not check them: that is what verify does.')
    .argument('<trail>', 'a file such as audit_logs/trail.jsonl, sqlite:PATH or postgres://user@host/database')
    .addOption(new Option('--tail <n>', 'how many of the latest entries; 0 for all').argParser(wholeNumber).default(10))
    .option('--tool <name>', 'only calls of this tool')
    .addOption(new Option('--decision <decision>', 'only calls decided so').choices(['allowed', 'blocked', 'redacted']))
    .option('--json', 'print one JSON entry a line, as the trail has it')
    .action((trail: string, flags: Flags) => session.run('inspect', flags, () => inspect(session, trail, flags)));
  complete(command, {
    notes: ['Entries are text from outside: what could steer the terminal is shown as \\x1b, \\u202e and the like.'],
    examples: [
      'enforcecore inspect audit_logs/trail.jsonl',
      'enforcecore inspect audit_logs/trail.jsonl --decision blocked --tail 50',
      'enforcecore inspect audit_logs/trail.jsonl --tail 0 --json | jq .tool_name',
    ],
    exits: ['done, also when no entry fits', 'never', 'asked wrongly, or the trail cannot be read'],
  });
}

async function inspect(session: Session, trail: string, flags: Flags): Promise<void> {
  const kept = new Latest<AuditEntry>(flags.tail);
  let total = 0;
  let fitting = 0;
  for await (const entry of entriesOf(trail)) {
    total += 1;
    if (!fits(entry, flags)) continue;
    fitting += 1;
    // All of them need not be held to be printed.
    if (flags.json === true && flags.tail === 0) await session.print(`${jsonText(entry)}\n`);
    else kept.push(entry);
  }
  const entries = kept.inOrder();
  if (flags.json === true) {
    for (const entry of entries) await session.print(`${jsonText(entry)}\n`);
    return;
  }
  if (entries.length > 0) await session.print(entryTable(session, entries.map((entry) => ({ entry }))));
  await session.note(summary(entries.length, fitting, total));
}

async function* entriesOf(trail: string): AsyncGenerator<AuditEntry> {
  const place = trailPlace(trail);
  if (place.kind === 'file') {
    const { loadTrail } = await import('@enforcecore/audit');
    yield* loadTrail(place.path);
    return;
  }
  const store = await openStore(place, { readOnly: true });
  try {
    for (let after: string | undefined; ; ) {
      const page = await store.query({ limit: pageSize, after });
      for (const { entry } of page.entries) yield entry;
      if (page.next === null) return;
      after = page.next;
    }
  } finally {
    await store.close();
  }
}

function fits(entry: AuditEntry, { tool, decision }: Flags): boolean {
  return (tool === undefined || entry.tool_name === tool.trim().toLowerCase()) && (decision === undefined || entry.decision === decision);
}

function summary(shown: number, fitting: number, total: number): string {
  const all = counted(total, 'entry', 'entries');
  if (shown === total) return all;
  return fitting === total ? `the latest ${String(shown)} of ${all}` : `${String(shown)} of ${String(fitting)} that fit, in ${all}`;
}

/** The latest `size` items; 0 for all. */
class Latest<T> {
  readonly #size: number;
  #items: T[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  push(item: T): void {
    this.#items.push(item);
    // Cut at twice the size, so that the sum of moves stays linear.
    if (this.#size > 0 && this.#items.length >= 2 * this.#size) this.#items = this.#items.slice(-this.#size);
  }

  inOrder(): readonly T[] {
    return this.#size === 0 ? this.#items : this.#items.slice(-this.#size);
  }
}
