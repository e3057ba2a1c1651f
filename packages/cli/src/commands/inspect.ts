import type { AuditEntry } from '@enforcecore/audit';
import { Option, type Command } from 'commander';
import { counted, countsText, durationText } from '../render/amounts.js';
import { jsonText } from '../render/json-text.js';
import { plainText } from '../render/plain-text.js';
import { cut, renderTable } from '../render/table.js';
import type { CommonFlags, Session } from '../session.js';
import { complete, wholeNumber } from './define.js';

interface Flags extends CommonFlags {
  readonly tail: number;
  readonly tool?: string;
  readonly decision?: string;
}

const longestCell = 40;

export function addInspect(program: Command, session: Session): void {
  const command = program
    .command('inspect')
    .summary('show the last entries of an audit trail')
    .description('Shows entries of an audit trail, the latest last. It does not check them: that is what verify does.')
    .argument('<trail>', 'the trail, such as audit_logs/trail.jsonl')
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
  const { loadTrail } = await import('@enforcecore/audit');
  const kept = new Latest<AuditEntry>(flags.tail);
  let total = 0;
  let fitting = 0;
  for await (const entry of loadTrail(trail)) {
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
  if (entries.length > 0) await session.print(tableOf(session, entries));
  await session.note(summary(entries.length, fitting, total));
}

function fits(entry: AuditEntry, { tool, decision }: Flags): boolean {
  return (tool === undefined || entry.tool_name === tool.trim().toLowerCase()) && (decision === undefined || entry.decision === decision);
}

function summary(shown: number, fitting: number, total: number): string {
  const all = counted(total, 'entry', 'entries');
  if (shown === total) return all;
  return fitting === total ? `the latest ${String(shown)} of ${all}` : `${String(shown)} of ${String(fitting)} that fit, in ${all}`;
}

function tableOf({ io, paint }: Session, entries: readonly AuditEntry[]): string {
  const head = ['TIME', 'DECISION', 'TOOL', 'OUTCOME', 'POLICY', 'TOOL TIME', 'ABOUT'].map((title) => paint('dim', title));
  const rows = entries.map((entry) => [
    cell(entry.timestamp),
    decisionCell(paint, entry),
    cell(entry.tool_name),
    cell(entry.outcome),
    cell(entry.policy_name),
    entry.kind === 'call' ? durationText(entry.call_duration_ms) : '-',
    plainText(about(entry)),
  ]);
  return renderTable([head, ...rows], { width: io.stdout.columns });
}

function decisionCell(paint: Session['paint'], { kind, decision }: AuditEntry): string {
  if (kind !== 'call') return paint('yellow', plainText(kind));
  switch (decision) {
    case 'allowed':
      return paint('green', 'allowed');
    case 'redacted':
      return paint('yellow', 'redacted');
    case 'blocked':
      return paint('red', 'blocked');
    case null:
      return '-';
  }
}

function cell(value: string | null): string {
  return value === null || value === '' ? '-' : cut(plainText(value), longestCell);
}

function about(entry: AuditEntry): string {
  const hidden = countsText(entry.redactions);
  const parts = [
    ...(entry.violation_reason === null ? [] : [`${entry.violation_type ?? 'violation'}: ${entry.violation_reason}`]),
    ...(hidden === '' ? [] : [`hidden: ${hidden}`]),
    ...(entry.error_class === null || entry.violation_reason !== null ? [] : [entry.error_class]),
    ...(entry.detail === null ? [] : [entry.detail]),
  ];
  return parts.join('; ');
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
