import type { CheckpointRecord } from '../../checkpoint/checkpoint-record.js';
import { fieldFault } from '../../entry/check-fields.js';
import { completeFields, type EntryFields, type LooseFields } from '../../entry/entry.js';
import type { TreeState } from '../../tree/tree-state.js';
import type { AuditPage, AuditQuery, AuditStore, ChainHead, LogRecord, StoredRecord } from '../audit-store.js';
import { checkPrune, checkRange, checkRecords, checkTombstone } from '../check-records.js';
import { closedStore } from '../faults.js';
import { PageFill } from '../page.js';
import { settleQuery } from '../settle-query.js';
import { appendValues, beginValues } from './batch.js';
import { asNumber, asText, type PgPool, type PgStatement } from './client.js';
import { isRefusal, postgresFault } from './postgres-fault.js';
import type { Prepared, Session } from './session.js';
import { candidates, statementsFor, type Statements } from './statements.js';

const MAX_CANDIDATES = 1000;

/** What an open store is made of; `openPostgresStore` puts it together. */
export interface StoreParts {
  readonly location: string;
  /** Quoted. */
  readonly schema: string;
  readonly pool: PgPool;
  readonly session: Session;
  /** Whether the pool goes with the store. */
  readonly ownsPool: boolean;
  readonly timeoutMs: number;
}

/** A log in PostgreSQL, which any number of processes write to. */
export class PostgresStore implements AuditStore {
  readonly location: string;
  readonly #parts: StoreParts;
  readonly #statements: Statements;
  /** Calls begun or taken over here, and not ended. */
  readonly #calls = new Set<string>();
  #isClosed = false;

  constructor(parts: StoreParts) {
    this.location = parts.location;
    this.#parts = parts;
    this.#statements = statementsFor(parts.schema);
    parts.session.returnsFor(() => this.#calls.size > 0);
  }

  async append(records: readonly LogRecord[], ends: readonly string[] = []): Promise<number> {
    this.#refuseClosed('append to');
    checkRecords(this.location, records);
    const [row] = await this.#write(this.#statements.append, appendValues(this.location, records, ends), 'cannot append to');
    for (const callId of ends) this.#calls.delete(callId);
    return asNumber(row?.[0]);
  }

  async size(): Promise<number> {
    const [row] = await this.#write(this.#statements.size, [], 'cannot read');
    return asNumber(row?.[0]);
  }

  async chainHead(writerId: string): Promise<ChainHead | null> {
    this.#refuseClosed('read');
    // No text column holds such an id, so nobody has written under it.
    if (writerId.includes('\0')) return null;
    const [row] = await this.#write(this.#statements.chainHead, [writerId], 'cannot read');
    return row === undefined ? null : { hash: asText(row[0]), sequence: asNumber(row[1]) };
  }

  async begin(writerId: string, intents: readonly { readonly callId: string; readonly fields: EntryFields }[]): Promise<void> {
    this.#refuseClosed('begin a call in');
    if (intents.length === 0) return;
    await this.#write(this.#statements.begin, beginValues(this.#parts.session.owner, writerId, intents), 'cannot begin a call in');
    for (const { callId } of intents) this.#calls.add(callId);
  }

  async orphans(): Promise<readonly EntryFields[]> {
    const rows = await this.#write(this.#statements.orphans, [this.#parts.session.owner], 'cannot read');
    const found: EntryFields[] = [];
    for (const [text] of rows) {
      const fields = readIntent(asText(text));
      if (fields?.call_id == null) continue;
      this.#calls.add(fields.call_id);
      found.push(fields);
    }
    return found;
  }

  async start(): Promise<TreeState> {
    const [row] = await this.#write(this.#statements.start, [], 'cannot read');
    const nodes: unknown = row?.[1];
    return { size: asNumber(row?.[0] ?? 0), nodes: Array.isArray(nodes) ? nodes.map(String) : [] };
  }

  async *records(from = 0, to = Infinity): AsyncGenerator<StoredRecord> {
    this.#refuseClosed('read');
    checkRange(this.location, from, to);
    for (let next = from; next < to; ) {
      // One more than any index can be stands for no end.
      const rows = await this.#read({ ...this.#statements.records, values: [next, Math.min(to, Number.MAX_SAFE_INTEGER)] });
      if (rows.length === 0) return;
      for (const row of rows) {
        const record = readLeaf(row);
        next = record.index + 1;
        yield record;
      }
    }
  }

  async query(query: AuditQuery): Promise<AuditPage> {
    this.#refuseClosed('query');
    const settled = settleQuery(this.location, query);
    const fill = new PageFill(settled);
    for (let after = settled.after, limit = Math.min(settled.limit + 1, MAX_CANDIDATES); ; limit = MAX_CANDIDATES) {
      const rows = await this.#read(candidates(this.#parts.schema, settled, after, limit));
      for (const [index, line] of rows) {
        after = asNumber(index);
        if (!fill.offer({ index: after, line: asText(line) })) return fill.page();
      }
      if (rows.length < limit) return fill.page();
    }
  }

  async addCheckpoint(record: CheckpointRecord): Promise<void> {
    await this.#write(this.#statements.addCheckpoint, [JSON.stringify(record)], 'cannot add a checkpoint to');
  }

  async *checkpoints(): AsyncGenerator<CheckpointRecord> {
    for (let last = '0'; ; ) {
      const rows = await this.#read({ ...this.#statements.checkpoints, values: [last] });
      if (rows.length === 0) return;
      for (const [id, record] of rows) {
        last = asText(id);
        yield readCheckpoint(asText(record));
      }
    }
  }

  async lastCheckpoint(): Promise<CheckpointRecord | null> {
    const [row] = await this.#write(this.#statements.lastCheckpoint, [], 'cannot read');
    return row === undefined ? null : readCheckpoint(asText(row[0]));
  }

  async entomb(tombstones: readonly StoredRecord[]): Promise<void> {
    this.#refuseClosed('erase from');
    const isPlace = ({ index }: StoredRecord): boolean => Number.isSafeInteger(index) && index >= 0;
    const rows = await this.#read({ ...this.#statements.leavesAt, values: [tombstones.filter(isPlace).map(({ index }) => index)] });
    const stored = new Map(rows.map(readLeaf).map((record) => [record.index, record]));
    for (const tombstone of tombstones) checkTombstone(this.location, stored.get(tombstone.index), tombstone);
    // One for each leaf, or the database counts more of them than it replaced.
    const lines = new Map(tombstones.map(({ index, line }) => [index, line]));
    await this.#write(this.#statements.entomb, [[...lines.keys()], [...lines.values()]], 'cannot erase from');
  }

  async prune(before: TreeState): Promise<void> {
    const isAny = await checkPrune(this.location, before, await this.start(), (from, to) => this.records(from, to));
    if (isAny) await this.#write(this.#statements.prune, [before.size, [...before.nodes]], 'cannot delete from');
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#parts.session.close();
    if (this.#parts.ownsPool) await this.#parts.pool.end();
  }

  #refuseClosed(what: string): void {
    if (this.#isClosed) throw closedStore(this.location, what);
  }

  async #write(statement: Prepared, values: unknown[], refused: string): Promise<unknown[][]> {
    this.#refuseClosed('use');
    return (await this.#parts.session.run(statement, values, refused)).rows;
  }

  /** Reads by any connection, so that long readings do not hold up what is written; once more if the first one was dead. */
  async #read(statement: Omit<PgStatement, 'rowMode'>): Promise<unknown[][]> {
    const { pool, timeoutMs } = this.#parts;
    for (let attempt = 1; ; attempt += 1) {
      this.#refuseClosed('read');
      try {
        return (await pool.query({ ...statement, rowMode: 'array', query_timeout: timeoutMs })).rows;
      } catch (error) {
        if (attempt > 1 || isRefusal(error)) throw postgresFault(error, this.location, 'cannot read');
      }
    }
  }
}

function readLeaf([index, hash, line, bytes]: readonly unknown[]): StoredRecord {
  const place = { index: asNumber(index), hash: asText(hash) };
  if (typeof line === 'string') return { ...place, line, bytes: null };
  const raw = bytes instanceof Uint8Array ? Buffer.from(bytes) : Buffer.alloc(0);
  const text = raw.toString();
  // What is UTF-8 comes back as text, though a text column could not hold it.
  return Buffer.from(text).equals(raw) ? { ...place, line: text, bytes: null } : { ...place, line: null, bytes: raw };
}

function readIntent(text: string): EntryFields | null {
  // Written by begin; what another hand put there is judged field by field.
  const value = JSON.parse(text) as LooseFields;
  const fields = completeFields({ ...value, kind: 'call', outcome: 'unknown', decision: value.decision ?? 'allowed', detail: null });
  return fieldFault(fields) === null ? fields : null;
}

function readCheckpoint(text: string): CheckpointRecord {
  // Written by addCheckpoint; whoever uses a checkpoint verifies its note.
  return JSON.parse(text) as CheckpointRecord;
}
