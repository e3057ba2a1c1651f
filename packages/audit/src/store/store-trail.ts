import type { AppendReceipt, AuditBackend } from '../backend/audit-backend.js';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { ANNOUNCE, type Announcer } from '../backend/announce.js';
import { draftFields, intentDraftFields } from '../entry/draft.js';
import { type EntryDraft, type EntryFields, type Intent } from '../entry/entry.js';
import { TrailError } from '../errors.js';
import type { SealedEntry } from '../trail/chain.js';
import type { TreeHead } from '../tree/tree-state.js';
import type { AuditStore, SyncAuditStore } from './audit-store.js';
import { BatchQueue, type Settled } from './batch-queue.js';
import { closedStore } from './faults.js';
import { isPromise, step, walk, type Steps } from './steps.js';
import { StoreCheckpoints } from './store-checkpoints.js';
import { settleStoreTrailOptions, type SettledStoreTrailOptions, type StoreTrailOptions } from './store-trail-options.js';
import { StoreWriter } from './store-writer.js';

function receiptOf({ entryId, entryHash, sequence, writerId }: SealedEntry): AppendReceipt {
  return { entryId, entryHash, sequence, writerId };
}

/** What a trail works with, once it was opened. */
interface Parts {
  readonly store: AuditStore;
  readonly options: SettledStoreTrailOptions;
  readonly writer: StoreWriter;
  readonly checkpoints: StoreCheckpoints;
  /** The store has to be waited for. */
  readonly isAsync: boolean;
}

/** One writer's open trail in a store; any number of them, in any number of processes, may share it. */
export class StoreTrail implements AuditBackend, Announcer {
  readonly location: string;
  readonly #parts: Parts;
  readonly #begins: BatchQueue<EntryFields, undefined>;
  readonly #appends: BatchQueue<EntryFields, AppendReceipt>;
  #isClosed = false;

  /** Opened by `openStoreTrail`. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.location = parts.store.location;
    const { batchEntries } = parts.options;
    this.#begins = new BatchQueue(batchEntries, (calls) => this.#sendBegins(calls));
    this.#appends = new BatchQueue(batchEntries, (entries) => this.#sendAppends(entries));
  }

  /** Whether its checkpoints are signed. */
  get isSigning(): boolean {
    return this.#parts.options.signer !== null;
  }

  get writerId(): string {
    return this.#parts.writer.chain.writerId;
  }

  /** Stores one entry, and ends the call it is about; throws `STORE` where the store has to be waited for and the caller cannot. */
  append(draft: EntryDraft): AppendReceipt;
  append(draft: EntryDraft, canWait: boolean): AppendReceipt | Promise<AppendReceipt>;
  append(draft: EntryDraft, canWait = false): AppendReceipt | Promise<AppendReceipt> {
    this.#refuseClosed('append to');
    return this.#append(draftFields(this.location, draft), canWait);
  }

  [ANNOUNCE](fields: EntryFields): AppendReceipt | Promise<AppendReceipt> {
    this.#refuseClosed('append to');
    return this.#append(fields, true);
  }

  #append(fields: EntryFields, canWait: boolean): AppendReceipt | Promise<AppendReceipt> {
    this.#check('append to', canWait);
    const { writer, checkpoints, isAsync } = this.#parts;
    if (isAsync) return this.#appends.push(fields);
    const [sealed] = walkNow(this.location, writer.append([fields]));
    if (sealed === undefined) throw closedStore(this.location, 'append to');
    checkpoints.count(1);
    return receiptOf(sealed);
  }

  /** Notes a call before it starts, so that its end is not lost with the process; its `append` closes the note. */
  begin(intent: Intent): void;
  begin(intent: Intent, canWait: boolean): void | Promise<void>;
  begin(intent: Intent, canWait = false): void | Promise<void> {
    this.#refuseClosed('begin a call in');
    const fields = intentDraftFields(this.location, intent);
    this.#check('begin a call in', canWait);
    const { writer, isAsync } = this.#parts;
    if (isAsync) return this.#begins.push(fields);
    return walkNow(this.location, writer.begin([fields]));
  }

  /** The number of leaves and the root of the tree over them, now. */
  head(): TreeHead | Promise<TreeHead> {
    this.#refuseClosed('read');
    return walk(this.#parts.checkpoints.head());
  }

  /** Makes a checkpoint now, unless the last one covers everything; null for an empty log. */
  checkpoint(): CheckpointRecord | null | Promise<CheckpointRecord | null> {
    this.#refuseClosed('make a checkpoint of');
    return walk(this.#parts.checkpoints.make());
  }

  /** Sends what waits, makes the last checkpoint, closes the store; a promise while any of that has to be waited for. */
  close(): void | Promise<void> {
    if (this.#isClosed) return undefined;
    this.#isClosed = true;
    return walk(this.#close());
  }

  *#close(): Steps<void> {
    const { store, checkpoints } = this.#parts;
    yield* step(this.#begins.idle());
    yield* step(this.#appends.idle());
    yield* step(checkpoints.close());
    yield* step(store.close());
  }

  #refuseClosed(what: string): void {
    if (this.#isClosed) throw closedStore(this.location, what);
  }

  #check(what: string, canWait: boolean): void {
    this.#parts.checkpoints.refuseFork();
    if (!this.#parts.isAsync || canWait) return;
    const text = `cannot ${what} ${this.location}: this store has to be waited for, and the caller cannot wait: make the tool asynchronous, or use a trail of files or SQLite`;
    throw new TrailError('STORE', this.location, text);
  }

  async #sendBegins(calls: readonly EntryFields[]): Promise<readonly Settled<undefined>[]> {
    try {
      await walk(this.#parts.writer.begin(calls));
      return calls.map(() => ({ ok: true, value: undefined }));
    } catch (error) {
      return calls.map(() => ({ ok: false, error }));
    }
  }

  async #sendAppends(entries: readonly EntryFields[]): Promise<readonly Settled<AppendReceipt>[]> {
    const { writer, checkpoints } = this.#parts;
    try {
      // A call's note must not arrive behind the entry that ends it.
      await this.#begins.idle();
      const sealed = await walk(writer.append(entries));
      checkpoints.count(sealed.length);
      return sealed.map((entry) => ({ ok: true, value: receiptOf(entry) }));
    } catch (error) {
      // Found before anything was sent: the others need not go down with it.
      if (entries.length > 1 && error instanceof TrailError && error.code === 'ENTRY_TOO_LARGE') return this.#sendEach(entries);
      return entries.map(() => ({ ok: false, error }));
    }
  }

  async #sendEach(entries: readonly EntryFields[]): Promise<readonly Settled<AppendReceipt>[]> {
    const settled: Settled<AppendReceipt>[] = [];
    for (const fields of entries) settled.push(...(await this.#sendAppends([fields])));
    return settled;
  }
}

/** For a store that answered at once when it was opened: one that does not any more has not kept its word. */
function walkNow<T>(location: string, steps: Steps<T>): T {
  const result = walk(steps);
  if (!isPromise(result)) return result;
  result.catch(() => undefined);
  throw new TrailError('STORE', location, `${location} answered by a promise, and did not when it was opened: nobody knows what it did: repair the store`);
}

function* open(store: AuditStore, given: StoreTrailOptions): Steps<StoreTrail> {
  const options = settleStoreTrailOptions(store.location, given);
  const first = store.lastCheckpoint();
  const isAsync = isPromise(first);
  const checkpoints = new StoreCheckpoints(store, options);
  const writer = new StoreWriter(store, options.now);
  yield* checkpoints.resume(yield* step(first));
  const recovered = yield* writer.recover(options.onWarning);
  if (recovered > 0) checkpoints.count(recovered);
  return new StoreTrail({ store, options, writer, checkpoints, isAsync });
}

/**
 * Opens a trail in a store, finishes what dead writers left, and holds the store against its last checkpoint: at once
 * where the store answers at once, by a promise otherwise. The store is closed with the trail.
 */
export function openStoreTrail(store: SyncAuditStore, options?: StoreTrailOptions): StoreTrail;
export function openStoreTrail(store: AuditStore, options?: StoreTrailOptions): StoreTrail | Promise<StoreTrail>;
export function openStoreTrail(store: AuditStore, options: StoreTrailOptions = {}): StoreTrail | Promise<StoreTrail> {
  return walk(open(store, options));
}
