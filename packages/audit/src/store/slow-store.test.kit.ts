import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import type { EntryFields } from '../entry/entry.js';
import type { TreeState } from '../tree/tree-state.js';
import type { AuditPage, AuditQuery, AuditStore, ChainHead, LogRecord, StoredRecord } from './audit-store.js';
import type { MemoryStore } from './memory-store.js';

/** What becomes of one append: it works, it never arrives, its answer is lost, it arrives when something else is asked later. */
export type Fate = 'works' | 'lost before' | 'lost after' | 'late';

/** A database behind a network: the store in memory, answering by promises, with connections that break when told to. */
export class SlowStore implements AuditStore {
  readonly location = 'postgres://host/audit';
  readonly #inner: MemoryStore;
  /** What becomes of the next appends, in order. */
  readonly fates: Fate[] = [];
  /** How many of the next questions for a chain's head fail. */
  deafFor = 0;
  appends = 0;
  begins = 0;
  flying = 0;
  mostFlying = 0;
  #late: (() => void) | null = null;

  constructor(inner: MemoryStore) {
    this.#inner = inner;
  }

  async append(records: readonly LogRecord[], ends?: readonly string[]): Promise<number> {
    this.appends += 1;
    this.flying += 1;
    this.mostFlying = Math.max(this.mostFlying, this.flying);
    await new Promise(setImmediate);
    this.flying -= 1;
    const fate = this.fates.shift() ?? 'works';
    const late = this.#late;
    this.#late = null;
    if (fate === 'lost before') throw new Error('connection refused');
    if (fate === 'late') {
      this.#late = () => this.#inner.append(records, ends);
      throw new Error('connection reset');
    }
    late?.();
    const first = this.#inner.append(records, ends);
    if (fate === 'lost after') throw new Error('connection reset');
    return first;
  }

  async chainHead(writerId: string): Promise<ChainHead | null> {
    await Promise.resolve();
    if (this.deafFor > 0) {
      this.deafFor -= 1;
      throw new Error('connection refused');
    }
    return this.#inner.chainHead(writerId);
  }

  async begin(writerId: string, intents: readonly { readonly callId: string; readonly fields: EntryFields }[]): Promise<void> {
    this.begins += 1;
    await new Promise(setImmediate);
    this.#inner.begin(writerId, intents);
  }

  size(): Promise<number> {
    return Promise.resolve(this.#inner.size());
  }

  orphans(): Promise<readonly EntryFields[]> {
    return Promise.resolve(this.#inner.orphans());
  }

  start(): Promise<TreeState> {
    return Promise.resolve(this.#inner.start());
  }

  records(from?: number, to?: number): AsyncIterable<StoredRecord> {
    return this.#inner.records(from, to);
  }

  query(query: AuditQuery): Promise<AuditPage> {
    return this.#inner.query(query);
  }

  addCheckpoint(record: CheckpointRecord): Promise<void> {
    this.#inner.addCheckpoint(record);
    return Promise.resolve();
  }

  checkpoints(): AsyncIterable<CheckpointRecord> {
    return this.#inner.checkpoints();
  }

  lastCheckpoint(atMost?: number): Promise<CheckpointRecord | null> {
    return Promise.resolve(this.#inner.lastCheckpoint(atMost));
  }

  entomb(tombstones: readonly StoredRecord[]): Promise<void> {
    this.#inner.entomb(tombstones);
    return Promise.resolve();
  }

  prune(before: TreeState): Promise<void> {
    return this.#inner.prune(before);
  }

  close(): Promise<void> {
    this.#inner.close();
    return Promise.resolve();
  }
}
