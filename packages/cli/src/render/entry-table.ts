import type { AuditEntry } from '@enforcecore/audit';
import type { Session } from '../session.js';
import { countsText, durationText } from './amounts.js';
import { plainText } from './plain-text.js';
import { cut, renderTable } from './table.js';

const longestCell = 40;
/** No terminal shows more of one line. */
const longestAbout = 2_000;

/** An entry, and where in the log it stands, if that is to be shown. */
export interface ShownEntry {
  readonly index?: number;
  readonly entry: AuditEntry;
}

/** Entries as rows under a head. */
export function entryTable(session: Session, entries: readonly ShownEntry[], { head = true } = {}): string {
  const { io, paint } = session;
  const isIndexed = entries.some(({ index }) => index !== undefined);
  const titles = [...(isIndexed ? ['INDEX'] : []), 'TIME', 'DECISION', 'TOOL', 'OUTCOME', 'POLICY', 'TOOL TIME', 'ABOUT'];
  const rows = entries.map(({ index, entry }) => [...(isIndexed ? [String(index ?? '-')] : []), ...rowOf(session, entry)]);
  return renderTable([...(head ? [titles.map((title) => paint('dim', title))] : []), ...rows], { width: io.stdout.columns });
}

function rowOf({ paint }: Session, entry: AuditEntry): string[] {
  return [
    cell(entry.timestamp),
    decisionCell(paint, entry),
    cell(entry.tool_name),
    cell(entry.outcome),
    cell(entry.policy_name),
    entry.kind === 'call' ? durationText(entry.call_duration_ms) : '-',
    cut(plainText(about(entry)), longestAbout),
  ];
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
  // Cut before it is escaped: of a megabyte nobody needs more than this.
  return value === null || value === '' ? '-' : cut(plainText(value.slice(0, longestCell * 2)), longestCell);
}

function about(entry: AuditEntry): string {
  const hidden = countsText(entry.redactions);
  const parts = [
    ...(entry.violation_reason === null ? [] : [`${entry.violation_type ?? 'violation'}: ${entry.violation_reason}`]),
    ...(hidden === '' ? [] : [`hidden: ${hidden}`]),
    ...(entry.sandbox === null || entry.sandbox === 'inline' ? [] : [`sandbox: ${entry.sandbox}`]),
    ...(entry.error_class === null || entry.violation_reason !== null ? [] : [entry.error_class]),
    ...(entry.detail === null ? [] : [entry.detail]),
  ];
  return parts.join('; ');
}
