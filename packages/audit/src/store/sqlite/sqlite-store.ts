import type { CheckpointRecord } from '../../checkpoint/checkpoint-record.js';
import type { EntryFields } from '../../entry/entry.js';
import { isHash } from '../../entry/digest.js';
import { TrailError } from '../../errors.js';
import type { TreeState } from '../../tree/tree-state.js';
import { HASHES_AT_ONCE, type AuditPage, type AuditQuery, type AuditStore, type ChainHead, type LogRecord, type StoredRecord } from '../audit-store.js';
import { checkPrune, checkRange, checkRecords, checkStart, checkTombstone } from '../check-records.js';
import { checkpointSize } from '../checkpoint-size.js';
import { storeFault, takenPlace } from '../faults.js';
import { PageFill } from '../page.js';
import { settleQuery } from '../settle-query.js';
import { SqliteConnection } from './sqlite-connection.js';
import type { SqliteDatabase, SqliteStatement } from './sqlite-database.js';
import { resultCode } from './sqlite-fault.js';
import type { SqliteStoreOptions } from './sqlite-options.js';
import { queryStatement } from './sqlite-query.js';
import { checkpointIn, countIn, lineValues, recordIn, rowOf, textIn } from './sqlite-rows.js';

const CHUNK_RECORDS = 512;
const CHUNK_LENGTH = 1024 * 1024;
const RANGE = 'SELECT idx, hash, line, bytes FROM audit_leaves WHERE idx >= ? AND idx < ? ORDER BY idx';
const SET_START = 'UPDATE audit_log SET start_size = ?, start_nodes = ?';
// What is not JSON goes to the bytes; the database parses a line once for this and for all its columns.
const INSERT = `INSERT INTO audit_leaves (idx, hash, line, bytes) VALUES
  (?1, ?2, CASE WHEN json_valid(?3) THEN ?3 END, CASE WHEN json_valid(?3) THEN NULL ELSE coalesce(CAST(?3 AS BLOB), ?4) END)`;

/**
 * A log in an SQLite database, which several processes may append to. Whoever can write the file can also drop its triggers
 * and change anything: verification finds it, against a checkpoint or head that is kept elsewhere.
 */
export class SqliteStore implements AuditStore {
  readonly location: string;
  readonly #connection: SqliteConnection;
  readonly #insert: SqliteStatement;
  readonly #size: SqliteStatement;
  readonly #hashes: SqliteStatement;

  constructor(source: string | SqliteDatabase, options: SqliteStoreOptions = {}) {
    this.#connection = new SqliteConnection(source, options);
    this.location = this.#connection.location;
    this.#insert = this.#connection.prepare(INSERT);
    this.#hashes = this.#connection.prepare('SELECT hash FROM audit_leaves WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?');
    this.#size = this.#connection.prepare('SELECT coalesce(max(idx) + 1, (SELECT start_size FROM audit_log)) AS size FROM audit_leaves');
  }

  append(records: readonly LogRecord[], ends: readonly string[] = []): number {
    checkRecords(this.location, records);
    try {
      return this.#connection.write('append to', () => this.#append(records, ends));
    } catch (error) {
      // A constraint: all that was given was checked, but for the place in its chain.
      if (!(error instanceof TrailError) || resultCode(error.cause) !== 19) throw error;
      throw takenPlace(this.location, error.cause);
    }
  }

  size(): number {
    return this.#connection.read('read', () => this.#sizeNow());
  }

  chainHead(writerId: string): ChainHead | null {
    const row = this.#connection.read('read', (db) =>
      // A NUL would end the text early, and so name another writer.
      writerId.includes('\0')
        ? null
        : rowOf(db.prepare('SELECT hash, sequence FROM audit_leaves WHERE writer_id = ? ORDER BY sequence DESC LIMIT 1').get(writerId)),
    );
    return row === null ? null : { hash: textIn(this.location, row, 'hash'), sequence: countIn(this.location, row, 'sequence') };
  }

  begin(writerId: string, intents: readonly { readonly callId: string; readonly fields: EntryFields }[]): void {
    this.#connection.write('begin a call in', (_, calls) => {
      for (const { callId, fields } of intents) calls.begin(writerId, callId, fields);
    });
  }

  orphans(): readonly EntryFields[] {
    const dead = this.#connection.read('read', (_, calls) => calls.dead());
    if (dead.length === 0) return [];
    return this.#connection.write('take over calls in', (_, calls, onWarning) => dead.flatMap((owner) => calls.takeOver(owner, onWarning)));
  }

  start(): TreeState {
    return this.#connection.read('read', (db) => this.#startIn(db));
  }

  // The interface is asynchronous; nothing here has to be waited for.
  // eslint-disable-next-line @typescript-eslint/require-await
  async *records(from = 0, to = Infinity): AsyncGenerator<StoredRecord> {
    checkRange(this.location, from, to);
    // What is appended meanwhile is not given: a reader that is slower than the writers would never end.
    const end = Math.min(to, this.size());
    for (let next = from; next < end; ) {
      const chunk = this.#chunk(next, end);
      yield* chunk;
      const last = chunk.at(-1);
      if (last === undefined) return;
      next = last.index + 1;
    }
  }

  hashes(from: number, to: number): readonly string[] {
    checkRange(this.location, from, to);
    return this.#connection.read('read', () => {
      const found: string[] = [];
      for (const row of this.#hashes.iterate(from, Math.min(to, Number.MAX_SAFE_INTEGER), HASHES_AT_ONCE)) {
        found.push(textIn(this.location, rowOf(row), 'hash'));
      }
      return found;
    });
  }

  // As above.
  // eslint-disable-next-line @typescript-eslint/require-await
  async query(query: AuditQuery): Promise<AuditPage> {
    return this.#connection.read('query', (db) => {
      const settled = settleQuery(this.location, query);
      const { sql, values } = queryStatement(settled);
      const fill = new PageFill(settled);
      for (const value of db.prepare(sql).iterate(...values)) {
        const row = rowOf(value);
        if (!fill.offer({ index: countIn(this.location, row, 'idx'), line: textIn(this.location, row, 'line') })) break;
      }
      return fill.page();
    });
  }

  addCheckpoint(record: CheckpointRecord): void {
    this.#connection.writeThrough('add a checkpoint to', (db) => {
      db.prepare('INSERT INTO audit_checkpoints (size, record) VALUES (?, ?)').run(checkpointSize(record), JSON.stringify(record));
    });
  }

  // As above.
  // eslint-disable-next-line @typescript-eslint/require-await
  async *checkpoints(): AsyncGenerator<CheckpointRecord> {
    for (let last = -1; ; ) {
      const row = this.#connection.read('read', (db) =>
        rowOf(db.prepare('SELECT id, record FROM audit_checkpoints WHERE id > ? ORDER BY id LIMIT 1').get(last)),
      );
      if (row === null) return;
      last = countIn(this.location, row, 'id');
      yield checkpointIn(this.location, row);
    }
  }

  lastCheckpoint(atMost = Number.MAX_SAFE_INTEGER): CheckpointRecord | null {
    return this.#connection.read('read', (db) => {
      const row = rowOf(db.prepare('SELECT record FROM audit_checkpoints WHERE size <= ? ORDER BY size DESC, id DESC LIMIT 1').get(atMost));
      return row === null ? null : checkpointIn(this.location, row);
    });
  }

  entomb(tombstones: readonly StoredRecord[]): void {
    this.#connection.wipe('erase from', (db) => {
      const find = db.prepare('SELECT idx, hash, line, bytes FROM audit_leaves WHERE idx = ?');
      const replace = db.prepare('UPDATE audit_leaves SET line = ? WHERE idx = ?');
      for (const tombstone of tombstones) {
        const row: unknown = find.get(tombstone.index);
        checkTombstone(this.location, row === undefined ? undefined : recordIn(this.location, row), tombstone);
        replace.run(tombstone.line, tombstone.index);
      }
    });
  }

  beginAt(start: TreeState): void {
    this.#connection.write('begin', (db) => {
      checkStart(this.location, start, this.#sizeNow());
      db.prepare(SET_START).run(start.size, JSON.stringify(start.nodes));
    });
  }

  async prune(before: TreeState): Promise<void> {
    const isAny = await checkPrune(this.location, before, this.start(), (from, to) => this.records(from, to));
    if (!isAny) return;
    this.#connection.wipe('delete from', (db) => {
      // Another process may have deleted more while the leaves were read.
      if (this.#startIn(db).size >= before.size) return;
      db.prepare(SET_START).run(before.size, JSON.stringify(before.nodes));
      db.prepare('DELETE FROM audit_leaves WHERE idx < ?').run(before.size);
    });
  }

  close(): void {
    this.#connection.close();
  }

  #append(records: readonly LogRecord[], ends: readonly string[]): number {
    const first = this.#sizeNow();
    let index = first;
    for (const record of records) {
      this.#insert.run(index, record.hash, ...lineValues(record));
      index += 1;
    }
    for (const callId of ends) this.#connection.calls.end(callId);
    return first;
  }

  #sizeNow(): number {
    return countIn(this.location, rowOf(this.#size.get()), 'size');
  }

  #startIn(db: SqliteDatabase): TreeState {
    const row = rowOf(db.prepare('SELECT start_size, start_nodes FROM audit_log').get());
    const nodes: unknown = JSON.parse(textIn(this.location, row, 'start_nodes'));
    if (Array.isArray(nodes) && nodes.every(isHash)) return { size: countIn(this.location, row, 'start_size'), nodes };
    throw storeFault(this.location, 'holds a state of its tree that is none: restore it');
  }

  #chunk(from: number, to: number): StoredRecord[] {
    return this.#connection.read('read', (db) => {
      const chunk: StoredRecord[] = [];
      let length = 0;
      for (const row of db.prepare(RANGE).iterate(from, to)) {
        const record = recordIn(this.location, row);
        chunk.push(record);
        length += record.line?.length ?? record.bytes?.length ?? 0;
        if (chunk.length >= CHUNK_RECORDS || length >= CHUNK_LENGTH) break;
      }
      return chunk;
    });
  }
}

/** Opens a log in an SQLite file, which is created if need be, or in an open database, which `close` leaves open. */
export function openSqliteStore(source: string | SqliteDatabase, options: SqliteStoreOptions = {}): SqliteStore {
  return new SqliteStore(source, options);
}
