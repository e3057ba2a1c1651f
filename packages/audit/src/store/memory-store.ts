import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import type { EntryFields } from '../entry/entry.js';
import { EMPTY_TREE, type TreeState } from '../tree/tree-state.js';
import { HASHES_AT_ONCE, type AuditPage, type AuditQuery, type AuditStore, type ChainHead, type LogRecord, type StoredRecord } from './audit-store.js';
import { checkpointSize, largerOf } from './checkpoint-size.js';
import { checkPrune, checkRange, checkRecords, checkStart, checkTombstone, placeKey, placeOf } from './check-records.js';
import { closedStore, takenPlace } from './faults.js';
import { PageFill } from './page.js';
import { settleQuery } from './settle-query.js';

interface OpenCall {
  readonly callId: string;
  readonly fields: EntryFields;
  readonly owner: MemoryStore;
}

/** What all handles on one log in memory share. */
class MemoryLog {
  readonly checkpoints: CheckpointRecord[] = [];
  readonly calls = new Map<string, OpenCall>();
  /** The places that are taken: writer and number. */
  readonly places = new Set<string>();
  readonly heads = new Map<string, ChainHead>();
  records: LogRecord[] = [];
  start: TreeState = EMPTY_TREE;

  get size(): number {
    return this.start.size + this.records.length;
  }

  at(index: number): StoredRecord | undefined {
    const record = this.records[index - this.start.size];
    return record === undefined ? undefined : { ...record, index };
  }
}

/** A log that is gone with the process: for tests, and to see what a store must do. */
export class MemoryStore implements AuditStore {
  readonly location: string = 'memory';
  readonly #log: MemoryLog;
  #isClosed = false;

  private constructor(log: MemoryLog) {
    this.#log = log;
  }

  static open(): MemoryStore {
    return new MemoryStore(new MemoryLog());
  }

  /** Another handle on the same log; the calls begun with a handle that was closed are orphans. */
  another(): MemoryStore {
    return new MemoryStore(this.#log);
  }

  append(records: readonly LogRecord[], ends: readonly string[] = []): number {
    const log = this.#opened('append to');
    checkRecords(this.location, records);
    const taken = records.flatMap((record) => placeKey(record) ?? []);
    if (new Set(taken).size !== taken.length || taken.some((key) => log.places.has(key))) throw takenPlace(this.location);
    const first = log.size;
    for (const { hash, line, bytes } of records) {
      log.records.push({ hash, line, bytes: bytes === null ? null : Uint8Array.from(bytes) });
      const place = placeOf(line);
      if (place !== null) log.heads.set(place.writer_id, { hash: place.entry_hash, sequence: place.sequence });
    }
    for (const key of taken) log.places.add(key);
    for (const [key, { callId }] of log.calls) if (ends.includes(callId)) log.calls.delete(key);
    return first;
  }

  size(): number {
    return this.#opened('read').size;
  }

  chainHead(writerId: string): ChainHead | null {
    return this.#opened('read').heads.get(writerId) ?? null;
  }

  begin(writerId: string, intents: readonly { readonly callId: string; readonly fields: EntryFields }[]): void {
    const { calls } = this.#opened('begin a call in');
    for (const { callId, fields } of intents) calls.set(JSON.stringify([writerId, callId]), { callId, fields, owner: this });
  }

  orphans(): readonly EntryFields[] {
    const { calls } = this.#opened('read');
    const found: EntryFields[] = [];
    for (const [key, call] of calls) {
      if (!call.owner.#isClosed) continue;
      calls.set(key, { ...call, owner: this });
      found.push(call.fields);
    }
    return found;
  }

  start(): TreeState {
    return this.#opened('read').start;
  }

  // The interface is asynchronous; nothing here has to be waited for.
  // eslint-disable-next-line @typescript-eslint/require-await
  async *records(from = 0, to = Infinity): AsyncGenerator<StoredRecord> {
    const log = this.#opened('read');
    checkRange(this.location, from, to);
    const end = Math.min(to, log.size);
    for (let index = Math.max(from, log.start.size); index < end; index += 1) {
      const record = this.#opened('read').at(index);
      if (record !== undefined) yield record;
    }
  }

  hashes(from: number, to: number): readonly string[] {
    const { records, start } = this.#opened('read');
    checkRange(this.location, from, to);
    const first = Math.max(from - start.size, 0);
    return records.slice(first, Math.max(first, Math.min(to - start.size, first + HASHES_AT_ONCE))).map(({ hash }) => hash);
  }

  // As above.
  // eslint-disable-next-line @typescript-eslint/require-await
  async query(query: AuditQuery): Promise<AuditPage> {
    const log = this.#opened('query');
    const settled = settleQuery(this.location, query);
    const fill = new PageFill(settled);
    const count = log.records.length;
    for (let i = 0; i < count; i += 1) {
      const record = log.at(log.start.size + (settled.order === 'asc' ? i : count - 1 - i));
      if (record !== undefined && !fill.offer(record)) break;
    }
    return fill.page();
  }

  addCheckpoint(record: CheckpointRecord): void {
    this.#opened('add a checkpoint to').checkpoints.push(structuredClone(record));
  }

  // As above.
  // eslint-disable-next-line @typescript-eslint/require-await
  async *checkpoints(): AsyncGenerator<CheckpointRecord> {
    yield* [...this.#opened('read').checkpoints];
  }

  lastCheckpoint(atMost = Infinity): CheckpointRecord | null {
    const within = this.#opened('read').checkpoints.filter((record) => checkpointSize(record) <= atMost);
    return within.reduce<CheckpointRecord | null>(largerOf, null);
  }

  entomb(tombstones: readonly StoredRecord[]): void {
    const log = this.#opened('erase from');
    for (const tombstone of tombstones) checkTombstone(this.location, log.at(tombstone.index), tombstone);
    for (const { index, hash, line } of tombstones) log.records[index - log.start.size] = { hash, line, bytes: null };
  }

  beginAt(start: TreeState): void {
    const log = this.#opened('begin');
    checkStart(this.location, start, log.size);
    log.start = { size: start.size, nodes: [...start.nodes] };
  }

  async prune(before: TreeState): Promise<void> {
    const log = this.#opened('delete from');
    const isAny = await checkPrune(this.location, before, log.start, (from, to) => this.records(from, to));
    // Another handle may have deleted some while the leaves were read.
    const count = before.size - log.start.size;
    if (!isAny || count <= 0) return;
    for (const record of log.records.slice(0, count)) log.places.delete(placeKey(record) ?? '');
    log.records = log.records.slice(count);
    log.start = { size: before.size, nodes: [...before.nodes] };
  }

  close(): void {
    this.#isClosed = true;
  }

  #opened(what: string): MemoryLog {
    if (this.#isClosed) throw closedStore(this.location, what);
    return this.#log;
  }
}
