import type { CheckpointRecord } from '../../checkpoint/checkpoint-record.js';
import type { EntryFields } from '../../entry/entry.js';
import { TreeBuilder, type TreeState } from '../../tree/tree-state.js';
import { HASHES_AT_ONCE, type AuditPage, type AuditQuery, type AuditStore, type ChainHead, type LogRecord, type StoredRecord } from '../audit-store.js';
import { checkpointSize } from '../checkpoint-size.js';
import { checkPrune, checkRange, checkRecords, checkStart, checkTombstone } from '../check-records.js';
import { closedStore } from '../faults.js';
import { PageFill } from '../page.js';
import { settleQuery } from '../settle-query.js';
import { appendValues, beginValues } from './batch.js';
import { asNumber, asText, type PgPool, type PgStatement } from './client.js';
import { isRefusal, postgresFault } from './postgres-fault.js';
import { checkpointIn, intentIn, leafIn } from './rows.js';
import { pause, type Prepared, type Session } from './session.js';
import { candidates, statementsFor, type Statements } from './statements.js';

const MAX_CANDIDATES = 1000;
const PRUNE_AT_ONCE = 16_384;
const HASH = /.{64}/g;

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
  readonly graceMs: number;
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

  /** Waits for `graceMs` where there are any: all connections end when the server does, and those who live come back. */
  async orphans(): Promise<readonly EntryFields[]> {
    const { session, graceMs } = this.#parts;
    const [row] = await this.#write(this.#statements.hasOrphans, [session.owner], 'cannot read');
    if (row?.[0] !== 'true') return [];
    await pause(graceMs);
    const rows = await this.#write(this.#statements.orphans, [session.owner], 'cannot read');
    const found: EntryFields[] = [];
    for (const [text] of rows) {
      const fields = intentIn(text);
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
        const record = leafIn(row);
        next = record.index + 1;
        yield record;
      }
    }
  }

  async hashes(from: number, to: number): Promise<readonly string[]> {
    this.#refuseClosed('read');
    checkRange(this.location, from, to);
    const [row] = await this.#read({ ...this.#statements.hashes, values: [from, Math.min(to, from + HASHES_AT_ONCE)] });
    return asText(row?.[0]).match(HASH) ?? [];
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
    await this.#write(this.#statements.addCheckpoint, [checkpointSize(record), JSON.stringify(record)], 'cannot add a checkpoint to');
  }

  async *checkpoints(): AsyncGenerator<CheckpointRecord> {
    for (let last = '0'; ; ) {
      const rows = await this.#read({ ...this.#statements.checkpoints, values: [last] });
      if (rows.length === 0) return;
      for (const [id, record] of rows) {
        last = asText(id);
        yield checkpointIn(this.location, record);
      }
    }
  }

  async lastCheckpoint(atMost = Number.MAX_SAFE_INTEGER): Promise<CheckpointRecord | null> {
    const [row] = await this.#write(this.#statements.lastCheckpoint, [atMost], 'cannot read');
    return row === undefined ? null : checkpointIn(this.location, row[0]);
  }

  async entomb(tombstones: readonly StoredRecord[]): Promise<void> {
    this.#refuseClosed('erase from');
    const isPlace = ({ index }: StoredRecord): boolean => Number.isSafeInteger(index) && index >= 0;
    const rows = await this.#read({ ...this.#statements.leavesAt, values: [tombstones.filter(isPlace).map(({ index }) => index)] });
    const stored = new Map(rows.map(leafIn).map((record) => [record.index, record]));
    for (const tombstone of tombstones) checkTombstone(this.location, stored.get(tombstone.index), tombstone);
    // One for each leaf, or the database counts more of them than it replaced.
    const lines = new Map(tombstones.map(({ index, line }) => [index, line]));
    await this.#write(this.#statements.entomb, [[...lines.keys()], [...lines.values()]], 'cannot erase from');
  }

  async beginAt(start: TreeState): Promise<void> {
    checkStart(this.location, start, await this.size());
    const [row] = await this.#write(this.#statements.beginAt, [start.size, [...start.nodes]], 'cannot begin');
    // Others may have appended meanwhile; then it is not empty any more.
    if (row?.[0] !== 'true') checkStart(this.location, start, 1);
  }

  /** In steps, each with the state of its own place: one that ends half-way has deleted less, and left a whole log. */
  async prune(before: TreeState): Promise<void> {
    const start = await this.start();
    const isAny = await checkPrune(this.location, before, start, (from, to) => this.#bareRecords(from, to));
    if (!isAny) return;
    const builder = new TreeBuilder(start);
    for await (const { hash } of this.#bareRecords(start.size, before.size)) {
      builder.add(hash);
      if (builder.size % PRUNE_AT_ONCE === 0 || builder.size === before.size) {
        await this.#write(this.#statements.prune, [builder.size, [...builder.state().nodes]], 'cannot delete from');
      }
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#parts.session.close();
    if (this.#parts.ownsPool) await this.#parts.pool.end();
  }

  /** Records without their content. */
  async *#bareRecords(from: number, to: number): AsyncGenerator<StoredRecord> {
    for (let index = from; index < to; ) {
      const hashes = await this.hashes(index, to);
      if (hashes.length === 0) return;
      for (const hash of hashes) {
        yield { index, hash, line: null, bytes: null };
        index += 1;
      }
    }
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
