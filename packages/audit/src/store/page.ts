import { parseLine } from '../entry/parse-line.js';
import type { AuditPage, StoredRecord } from './audit-store.js';
import { fitsQuery, type SettledQuery } from './settle-query.js';

type PageEntry = AuditPage['entries'][number];

/** Fills one page from records in the query's order; what a database preselected is judged again, so all give the same answer. */
export class PageFill {
  readonly #query: SettledQuery;
  readonly #entries: PageEntry[] = [];
  #hasMore = false;

  constructor(query: SettledQuery) {
    this.#query = query;
  }

  /** False once the page is full and known not to be the last. */
  offer({ index, line }: Pick<StoredRecord, 'index' | 'line'>): boolean {
    const { after, order, limit } = this.#query;
    if (after !== null && (order === 'asc' ? index <= after : index >= after)) return true;
    const parsed = line === null ? null : parseLine(line);
    // Torn lines and tombstones are no entries; verification is what tells of lines that are neither.
    if (parsed?.ok !== true || !fitsQuery(parsed.entry, this.#query)) return true;
    if (this.#entries.length === limit) {
      this.#hasMore = true;
      return false;
    }
    this.#entries.push({ index, entry: parsed.entry });
    return true;
  }

  page(): AuditPage {
    const last = this.#entries.at(-1);
    return { entries: this.#entries, next: this.#hasMore && last !== undefined ? String(last.index) : null };
  }
}
