import { type CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { readRecord, recordLine, type ReadCheckpoint } from '../checkpoint/read-record.js';
import { TrailError } from '../errors.js';
import { stateOf } from '../trail/checkpoint-work.js';
import { EMPTY_TREE, rootOf, TreeBuilder, type TreeState } from '../tree/tree-state.js';
import { HASHES_AT_ONCE, type AuditStore } from './audit-store.js';
import { step, walk, type Steps } from './steps.js';

/** How many leaves before the last checkpoint are read again when a trail is opened. */
const LOOK_BACK = 16_384;

async function collect(store: AuditStore, from: number, to: number): Promise<readonly string[]> {
  const hashes: string[] = [];
  for await (const { hash } of store.records(from, Math.min(to, from + HASHES_AT_ONCE))) hashes.push(hash);
  return hashes;
}

/** The tree over a store's leaves, brought up to date only when asked for, and held against its checkpoints. */
export class StoreTree {
  readonly #store: AuditStore;
  /** Replaced as a whole: a read that is stopped half-way counts nothing twice. */
  #state: TreeState = EMPTY_TREE;

  constructor(store: AuditStore) {
    this.#store = store;
  }

  /** Goes on from the last checkpoint, once the leaves before it were looked at; throws `CHECKPOINT` if they are others. */
  *resume(record: CheckpointRecord | null): Steps<ReadCheckpoint | null> {
    this.#state = yield* step(this.#store.start());
    if (record === null) return null;
    const last = this.read(record);
    const { size } = last.checkpoint;
    const stored = yield* step(this.#store.size());
    if (stored < size) throw this.#differs(`it has ${String(stored)}`, size);
    const { size: start } = this.#state;
    // Deleted beyond its last checkpoint: then the kept state is all there is to go on from.
    if (start > size) return last;
    yield* this.#lookBack({ size, nodes: record.nodes }, start);
    this.#state = { size, nodes: record.nodes };
    return last;
  }

  /** What a kept checkpoint says; throws `CHECKPOINT` where it is none. */
  read(record: CheckpointRecord): ReadCheckpoint {
    try {
      return readRecord(recordLine(record));
    } catch (error) {
      const { location } = this.#store;
      throw new TrailError('CHECKPOINT', location, `cannot append to ${location}: its last checkpoint is none: verify it and restore it`, { cause: error });
    }
  }

  /** The state over all leaves there are now; on the way it must be the one that a later checkpoint of another writer states. */
  *upToDate(later: ReadCheckpoint | null): Steps<TreeState> {
    if (later !== null) {
      const { size, root } = later.checkpoint;
      if (size >= this.#state.size) {
        const state = yield* this.#upTo(size);
        if (state.size < size) throw this.#differs(`it has ${String(state.size)}`, size);
        if (rootOf(state) !== root) throw this.#differs('other leaves stand there', size);
      }
    }
    const size = yield* step(this.#store.size());
    if (size < this.#state.size) throw this.#differs(`it has ${String(size)}`, this.#state.size);
    return yield* this.#upTo(size);
  }

  /** The state at the size of the newest kept checkpoint that covers so many leaves at most, or where the oldest leaf still stands. */
  *stateAt(atMost: number): Steps<TreeState> {
    const record = yield* step(this.#store.lastCheckpoint(atMost));
    const kept = record === null ? EMPTY_TREE : stateOf(this.read(record));
    const start = yield* step(this.#store.start());
    return start.size > kept.size && start.size <= atMost ? start : kept;
  }

  /** Hashes from an index on; none any more from where they were deleted. */
  async *leaves(from: number, to: number): AsyncGenerator<string> {
    for (let next = from; next < to; ) {
      const hashes = await walk(this.#hashes(next, to));
      // Looked at afterwards: leaves that are deleted while they are read would else put others in their place.
      const { size: start } = await this.#store.start();
      if (start > next || hashes.length === 0) return;
      yield* hashes;
      next += hashes.length;
    }
  }

  /** Reads leaves until the state is that of `size`, or there are no more. */
  *#upTo(size: number): Steps<TreeState> {
    const builder = new TreeBuilder(this.#state);
    while (builder.size < size) {
      const hashes = yield* this.#hashes(builder.size, size);
      if (hashes.length === 0) break;
      for (const hash of hashes) builder.add(hash);
    }
    const state = builder.state();
    // Two readings may overlap where the store is waited for; the one that went farther counts.
    if (state.size > this.#state.size) this.#state = state;
    return state;
  }

  #hashes(from: number, to: number): Steps<readonly string[]> {
    return step<readonly string[]>(this.#store.hashes?.(from, to) ?? collect(this.#store, from, to));
  }

  /** Compares the smallest subtrees at the end, as many as are not too long to read. */
  *#lookBack({ size, nodes }: TreeState, start: number): Steps<void> {
    let end = size;
    for (let at = nodes.length - 1; at >= 0; at -= 1) {
      const from = end - lowestOne(end);
      if (from < start || size - from > LOOK_BACK) return;
      const builder = new TreeBuilder();
      while (builder.size < end - from) {
        const hashes = yield* this.#hashes(from + builder.size, end);
        if (hashes.length === 0) throw this.#differs('some are missing', size);
        for (const hash of hashes) builder.add(hash);
      }
      if (builder.root() !== nodes[at]) throw this.#differs('other leaves stand there', size);
      end = from;
    }
  }

  #differs(what: string, size: number): TrailError {
    const { location } = this.#store;
    const text = `cannot append to ${location}: its last checkpoint covers ${String(size)} leaves, and ${what}: verify it and restore the log that was checkpointed`;
    return new TrailError('CHECKPOINT', location, text);
  }
}

/** The size of the last perfect subtree of a tree. */
function lowestOne(size: number): number {
  let one = 1;
  for (let rest = size; rest % 2 === 0; rest /= 2) one *= 2;
  return one;
}
