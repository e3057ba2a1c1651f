import { encodeEntry, joinEntry } from '../entry/encode-entry.js';
import type { AuditEntry } from '../entry/entry.js';
import { TrailError } from '../errors.js';
import type { AuditPage, AuditQuery } from './audit-store.js';
import type { ReadableLog } from './readable-log.js';
import { settleQuery } from './settle-query.js';

/** What entries are exported as: lines as they are stored, a table, one JSON array. */
export type ExportFormat = 'jsonl' | 'csv' | 'json';

type PageEntry = AuditPage['entries'][number];

const PAGE_ENTRIES = 1000;

/** Every field of an entry, by name. */
const COLUMNS: Readonly<Record<keyof AuditEntry, true>> = {
  timestamp: true, kind: true, tool_name: true, decision: true, outcome: true, call_id: true, agent: true, session: true, tenant_id: true, tool_call_id: true,
  parent_call_id: true, depth: true, policy_name: true, policy_version: true, policy_digest: true, violation_type: true,
  violation_reason: true, violations: true, redactions: true, input_redactions: true, output_redactions: true, args_digest: true,
  result_digest: true, error_class: true, sandbox: true, cost_micro_usd: true, call_duration_ms: true, overhead_ms: true, detail: true, entry_id: true,
  entry_hash: true, previous_hash: true, seen: true, sequence: true, writer_id: true, schema_version: true,
};
// The keys are those of the record above.
const NAMES = Object.keys(COLUMNS) as (keyof AuditEntry)[];
/** What spreadsheets take for the beginning of a formula, or pass over before one. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** RFC 4180: every text in quotes; null is empty, so that it is not the empty text. */
function csvRow({ index, entry }: PageEntry): string {
  return `${[index, ...NAMES.map((name) => entry[name])].map(cell).join(',')}\r\n`;
}

function line(entry: AuditEntry): string {
  return joinEntry(encodeEntry(entry, entry), entry.entry_hash);
}

async function* inPages(source: ReadableLog, query: AuditQuery): AsyncGenerator<PageEntry> {
  let after = query.after;
  for (;;) {
    const page = await source.query({ ...query, limit: PAGE_ENTRIES, after });
    yield* page.entries;
    if (page.next === null) return;
    after = page.next;
  }
}

/** Files are read once rather than once a page. */
function matching(source: ReadableLog & { scan?(query: AuditQuery): AsyncIterable<PageEntry> }, query: AuditQuery): AsyncIterable<PageEntry> {
  const isSimple = query.order !== 'desc' && query.after === undefined;
  return (isSimple ? source.scan?.(query) : undefined) ?? inPages(source, query);
}

async function* limited(source: ReadableLog, query: AuditQuery): AsyncGenerator<PageEntry> {
  let left = query.limit ?? Infinity;
  for await (const found of matching(source, query)) {
    left -= 1;
    yield found;
    if (left <= 0) return;
  }
}

/**
 * Gives all entries that fit as text, piece by piece, in constant memory; without a `limit` there is none. CSV has an
 * `index` and every field as a column, and an apostrophe before what a spreadsheet would run as a formula.
 */
export async function* exportEntries(source: ReadableLog, query: AuditQuery, format: ExportFormat): AsyncGenerator<string> {
  settleQuery(source.location, query);
  switch (format) {
    case 'jsonl':
      for await (const { entry } of limited(source, query)) yield `${line(entry)}\n`;
      return;
    case 'csv':
      yield `index,${NAMES.join(',')}\r\n`;
      for await (const found of limited(source, query)) yield csvRow(found);
      return;
    case 'json': {
      let before = '[\n';
      for await (const { entry } of limited(source, query)) {
        yield `${before}${line(entry)}`;
        before = ',\n';
      }
      yield before === '[\n' ? '[]\n' : '\n]\n';
      return;
    }
  }
  // Only a caller without TypeScript gets here.
  throw new TrailError('OPTIONS', source.location, 'export refused: expected the format jsonl, csv or json: change it');
}
