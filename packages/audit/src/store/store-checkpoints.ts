import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { signCheckpoint } from '../checkpoint/sign-checkpoint.js';
import { parseVerifierKey } from '../checkpoint/verifier-key.js';
import type { ReadCheckpoint } from '../checkpoint/read-record.js';
import { TrailError } from '../errors.js';
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
  /** The making that is under way. */
  #open: Promise<void> | null = null;
  #fork: TrailError | null = null;

  constructor(store: AuditStore, options: SettledStoreTrailOptions) {
    this.#store = store;
    this.#options = options;
    this.#origin = options.signer === null ? options.origin : parseVerifierKey(options.signer.verifierKey).name;
    this.#tree = new StoreTree(store);
  }

  /** Throws `CHECKPOINT` if the store is shorter than its last checkpoint, or another one. */
  *resume(last: CheckpointRecord | null): Steps<void> {
    yield* this.#tree.resume(last);
  }

  /** Throws what a checkpoint found out that was made in the background. */
  refuseFork(): void {
    if (this.#fork !== null) throw this.#fork;
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
    const note = yield* step(signCheckpoint(checkpoint, this.#options.signer));
    // Another writer may have made a later one while this one was signed.
    const other = yield* this.#last();
    if (other !== null && other.checkpoint.size >= state.size) return other.record;
    const record = { note, nodes: state.nodes, position: null, time: new Date(this.#options.now()).toISOString() };
    yield* step(this.#store.addCheckpoint(record));
    return record;
  }

  /** Makes the last one; a promise while something is under way. */
  close(): Promise<void> | null {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#options.checkpointEntries > 0 || this.#options.checkpointSeconds > 0) this.#attempt();
    return this.#open;
  }

  *#last(): Steps<ReadCheckpoint | null> {
    const record = yield* step(this.#store.lastCheckpoint());
    return record === null ? null : this.#tree.read(record);
  }

  #attempt(): void {
    // One after another: what is under way may not cover the last entries.
    const made = this.#open === null ? this.#try() : this.#open.then(() => this.#try());
    if (!isPromise<unknown>(made)) return;
    const settled: Promise<void> = made.then(() => {
      if (this.#open === settled) this.#open = null;
    });
    this.#open = settled;
  }

  /** Never throws: the entry that made it due is stored. */
  #try(): unknown {
    try {
      const made = walk(this.make());
      return isPromise(made) ? made.catch((error: unknown) => { this.#warn(error); }) : made;
    } catch (error) {
      this.#warn(error);
      return null;
    }
  }

  #warn(error: unknown): void {
    if (error instanceof TrailError && error.code === 'CHECKPOINT') this.#fork = error;
    this.#options.onWarning(`no checkpoint of ${this.#store.location} was made: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}
