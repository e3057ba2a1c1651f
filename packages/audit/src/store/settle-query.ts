import type { AuditEntry, Decision, EntryKind, Outcome } from '../entry/entry.js';
import { TrailError } from '../errors.js';
import type { AuditQuery } from './audit-store.js';

const MAX_VALUE_LENGTH = 65_536;
const MAX_WORDS = 32;
const MAX_LIMIT = 10_000;
const DEFAULT_LIMIT = 100;

/** The fields a query can ask for by value. */
export const QUERY_FIELDS = [
  'kind', 'call_id', 'entry_id', 'tool_name', 'policy_name', 'policy_digest', 'tenant_id', 'agent', 'session', 'tool_call_id', 'parent_call_id',
  'writer_id', 'decision', 'outcome', 'error_class', 'violation_type',
] as const satisfies readonly (keyof AuditQuery & keyof AuditEntry)[];

export type QueryField = (typeof QUERY_FIELDS)[number];

/** A query that was judged: every store answers it. */
export interface SettledQuery {
  readonly equals: readonly { readonly field: QueryField; readonly value: string }[];
  /** As entries write their timestamps, so that texts compare like times. */
  readonly since: string | null;
  readonly until: string | null;
  /** In lower case, as far as ASCII goes. */
  readonly words: readonly string[];
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Only entries behind this index, in the query's order. */
  readonly after: number | null;
}

const KINDS: Readonly<Record<EntryKind, true>> = { call: true, recovery: true, gap: true, policy: true, kill_switch: true, segment: true, erasure: true };
const DECISIONS: Readonly<Record<Decision, true>> = { allowed: true, blocked: true, redacted: true };
const OUTCOMES: Readonly<Record<Outcome, true>> = {
  ok: true, tool_error: true, blocked: true, timeout_killed: true, timeout_unknown: true, cancelled: true, enforcement_error: true, unknown: true,
};
const CHOICES = new Map<string, object>([['kind', KINDS], ['decision', DECISIONS], ['outcome', OUTCOMES]]);
const NAMES: ReadonlySet<string> = new Set([...QUERY_FIELDS, 'since', 'until', 'text', 'order', 'limit', 'after']);
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;
const INDEX = /^(0|[1-9]\d{0,15})$/;

/** Judges one query for one store, which is named in what it refuses. */
class QueryCheck {
  readonly #location: string;
  readonly #query: Readonly<Record<string, unknown>>;

  constructor(location: string, query: unknown) {
    this.#location = location;
    if (typeof query !== 'object' || query === null) throw this.#refused('query', 'an object');
    // An object may be read by any key; every value read is checked.
    this.#query = query as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(query)) if (!NAMES.has(name)) throw this.#refused('query', 'only conditions that AuditQuery names');
  }

  settle(): SettledQuery {
    const words = this.#words();
    return {
      equals: this.#equals(), since: this.#time('since'), until: this.#time('until'), words, order: this.#order(), limit: this.#limit(),
      after: this.#after(),
    };
  }

  #refused(name: string, expected: string): TrailError {
    return new TrailError('QUERY', this.#location, `query refused: ${name}: expected ${expected}, got something else: change it`);
  }

  #text(name: string): string | null {
    const value = this.#query[name];
    if (value === undefined) return null;
    // No database can look for a text with U+0000 in it; longer ones are nobody's question.
    if (typeof value !== 'string' || value.length > MAX_VALUE_LENGTH || value.includes('\0')) {
      throw this.#refused(name, `a text of at most ${String(MAX_VALUE_LENGTH)} characters without U+0000`);
    }
    return value;
  }

  #equals(): SettledQuery['equals'] {
    const equals: { field: QueryField; value: string }[] = [];
    for (const field of QUERY_FIELDS) {
      const value = this.#text(field);
      if (value === null) continue;
      const choices = CHOICES.get(field);
      // A misspelt decision would find nothing, which looks like good news.
      if (choices !== undefined && !Object.hasOwn(choices, value)) throw this.#refused(field, `one of ${Object.keys(choices).join(', ')}`);
      equals.push({ field, value });
    }
    return equals;
  }

  /** Entries carry whole milliseconds, so either bound may be moved up to the next one. */
  #time(name: 'since' | 'until'): string | null {
    const value = this.#text(name);
    if (value === null) return null;
    const [, seconds, digits = ''] = TIME.exec(value) ?? [];
    const start = Date.parse(`${String(seconds)}Z`);
    const shown = Number.isNaN(start) ? '' : new Date(start).toISOString();
    // 30 February is read as 1 March otherwise.
    if (seconds === undefined || !shown.startsWith(seconds)) throw this.#refused(name, 'a time like 2026-01-31T23:59:59.999Z');
    const padded = digits.padEnd(9, '0');
    const milliseconds = Number(padded.slice(0, 3)) + (Number(padded.slice(3)) > 0 ? 1 : 0);
    return new Date(start + milliseconds).toISOString();
  }

  #words(): readonly string[] {
    const text = this.#text('text');
    if (text === null) return [];
    const words = asciiLower(text).split(/\s+/).filter((word) => word !== '');
    if (words.length === 0 || words.length > MAX_WORDS) throw this.#refused('text', `1 to ${String(MAX_WORDS)} words`);
    return words;
  }

  #order(): 'asc' | 'desc' {
    const value = this.#query['order'] ?? 'asc';
    if (value !== 'asc' && value !== 'desc') throw this.#refused('order', 'asc or desc');
    return value;
  }

  #limit(): number {
    const value = this.#query['limit'] ?? DEFAULT_LIMIT;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT) return value;
    throw this.#refused('limit', `a whole number from 1 to ${String(MAX_LIMIT)}`);
  }

  #after(): number | null {
    const value = this.#query['after'];
    if (value === undefined) return null;
    const index = typeof value === 'string' && INDEX.test(value) ? Number(value) : Number.NaN;
    if (!Number.isSafeInteger(index)) throw this.#refused('after', 'the next of the page before');
    return index;
  }
}

/** Lower case for A to Z only, as databases have it without a locale. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Refuses what no store can answer, with `QUERY`, and gives the rest one form. */
export function settleQuery(location: string, query: AuditQuery): SettledQuery {
  return new QueryCheck(location, query).settle();
}

/** Whether an entry fits every condition; place and number of pages are the store's. */
export function fitsQuery(entry: AuditEntry, query: SettledQuery): boolean {
  for (const { field, value } of query.equals) if (entry[field] !== value) return false;
  if (query.since !== null && entry.timestamp < query.since) return false;
  if (query.until !== null && entry.timestamp >= query.until) return false;
  if (query.words.length === 0) return true;
  const reason = entry.violation_reason === null ? null : asciiLower(entry.violation_reason);
  return reason !== null && query.words.every((word) => reason.includes(word));
}
