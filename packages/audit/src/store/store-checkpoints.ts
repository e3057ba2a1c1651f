import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { parseVerifierKey } from '../checkpoint/verifier-key.js';
import type { ReadCheckpoint } from '../checkpoint/read-record.js';
import { CheckpointWork, type ProvableLog } from '../trail/checkpoint-work.js';
import { rootOf, type TreeHead } from '../tree/tree-state.js';
import type { AuditStore } from './audit-store.js';
import { isPromise, step, walk, type Steps } from './steps.js';
import type { SettledStoreTrailOptions } from './store-trail-options.js';
import { StoreTree } from './store-tree.js';

const SECOND_MS = 1000;

/** Makes checkpoints of a store when they are due, each consistent with the last one that is stored. */
export class StoreCheckpoints {
  readonly #store: AuditStore;
  readonly #options: SettledStoreTrailOptions;
  readonly #origin: string;
  readonly #tree: StoreTree;
  /** Entries since the last checkpoint was begun. */
  #since = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #work: CheckpointWork;
  /** The making that is under way, and the one after it. */
  #making: Promise<void> | null = null;
  #isNextWaiting = false;

  constructor(store: AuditStore, options: SettledStoreTrailOptions) {
    this.#store = store;
    this.#options = options;
    this.#origin = options.signer === null ? options.origin : parseVerifierKey(options.signer.verifierKey).name;
    this.#tree = new StoreTree(store);
    this.#work = new CheckpointWork(store.location, options);
  }

  /** Throws `CHECKPOINT` if the store is shorter than its last checkpoint, or another one. */
  *resume(last: CheckpointRecord | null): Steps<void> {
    yield* this.#tree.resume(last);
  }

  /** Throws what a checkpoint found out that was made in the background. */
  refuseFork(): void {
    this.#work.refuseFork();
  }

  count(entries: number): void {
    const { checkpointEntries, checkpointSeconds } = this.#options;
    this.#since += entries;
    if (checkpointEntries > 0 && this.#since >= checkpointEntries) {
      this.#attempt();
      return;
    }
    if (checkpointSeconds === 0 || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#attempt();
    }, checkpointSeconds * SECOND_MS);
    this.#timer.unref();
  }

  *head(): Steps<TreeHead> {
    const state = yield* this.#tree.upToDate(null);
    return { size: state.size, root: rootOf(state) };
  }

  /** Makes a checkpoint of everything that is there now, unless there is one; null for an empty log. */
  *make(): Steps<CheckpointRecord | null> {
    this.#since = 0;
    // Read first: no checkpoint can then be ahead of the leaves that are read after it.
    const last = yield* this.#last();
    const state = yield* this.#tree.upToDate(last);
    if (state.size === 0 || (last?.checkpoint.size ?? 0) >= state.size) return last?.record ?? null;
    const checkpoint = { origin: this.#origin, size: state.size, root: rootOf(state) };
    const note = yield* step(this.#work.sign(checkpoint));
    // Another writer may have made a later one while this one was signed.
    const other = yield* this.#last();
    if (other !== null && other.checkpoint.size >= state.size) return other.record;
    const record = { note, nodes: state.nodes, position: null, time: new Date(this.#options.now()).toISOString() };
    yield* step(this.#store.addCheckpoint(record));
    this.#work.cosign({ record, checkpoint }, this.#log(state.size), (cosigned) => this.#store.addCheckpoint(cosigned));
    return record;
  }

  /** Makes the last one; a promise while something is under way. */
  close(): Promise<void> | null {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#options.checkpointEntries > 0 || this.#options.checkpointSeconds > 0) this.#attempt();
    return this.#work.idle();
  }

  *#last(): Steps<ReadCheckpoint | null> {
    const record = yield* step(this.#store.lastCheckpoint());
    return record === null ? null : this.#tree.read(record);
  }

  /** What witnesses need of the log, up to a checkpoint's size. */
  #log(size: number): ProvableLog {
    return {
      stateAt: (atMost) => walk(this.#tree.stateAt(atMost)),
      leavesFrom: (from) => this.#tree.leaves(from, size),
      sizeNow: () => this.#store.size(),
    };
  }

  #attempt(): void {
    // One after another: what is under way may not cover the last entries. One that waits covers all there are by then.
    if (this.#isNextWaiting) return;
    const made = this.#making === null ? this.#try() : this.#afterwards(this.#making);
    if (!isPromise<unknown>(made)) return;
    const making: Promise<void> = made.then(() => {
      if (this.#making === making) this.#making = null;
    });
    this.#making = making;
    this.#work.track(making);
  }

  #afterwards(before: Promise<void>): Promise<unknown> {
    this.#isNextWaiting = true;
    return before.then(() => {
      this.#isNextWaiting = false;
      return this.#try();
    });
  }

  /** Never throws: the entry that made it due is stored. */
  #try(): unknown {
    try {
      const made = walk(this.make());
      return isPromise(made) ? made.catch((error: unknown) => { this.#work.failed(error); }) : made;
    } catch (error) {
      this.#work.failed(error);
      return null;
    }
  }
}
