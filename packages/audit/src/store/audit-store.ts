import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import type { AuditEntry, Decision, EntryFields, EntryKind, Outcome } from '../entry/entry.js';
import type { TreeState } from '../tree/tree-state.js';

/** One leaf of the log, as it is stored. */
export interface LogRecord {
  /** The leaf's hash in hex; of an entry its `entry_hash`. Believed by readers, recomputed by the verifier. */
  readonly hash: string;
  /** The entry's line without its newline; null where the bytes are not UTF-8. */
  readonly line: string | null;
  /** The bytes of a torn line that is not UTF-8; null otherwise. */
  readonly bytes: Uint8Array | null;
}

/** A leaf in its place: `index` counts from 0 since the log began. */
export interface StoredRecord extends LogRecord {
  readonly index: number;
}

/** Where a writer's chain stands. */
export interface ChainHead {
  readonly hash: string;
  readonly sequence: number;
}

/** Which entries a query finds: all that fit every condition given. */
export interface AuditQuery {
  readonly kind?: EntryKind | undefined;
  readonly call_id?: string | undefined;
  readonly entry_id?: string | undefined;
  readonly tool_name?: string | undefined;
  readonly policy_name?: string | undefined;
  readonly policy_digest?: string | undefined;
  readonly tenant_id?: string | undefined;
  readonly agent?: string | undefined;
  readonly session?: string | undefined;
  readonly tool_call_id?: string | undefined;
  readonly parent_call_id?: string | undefined;
  readonly writer_id?: string | undefined;
  readonly decision?: Decision | undefined;
  readonly outcome?: Outcome | undefined;
  readonly error_class?: string | undefined;
  readonly violation_type?: string | undefined;
  /** RFC 3339 in UTC; the first instant that fits. */
  readonly since?: string | undefined;
  /** RFC 3339 in UTC; the first instant that does not fit any more. */
  readonly until?: string | undefined;
  /** Every word of it occurs in `violation_reason`, in any case of ASCII letters. */
  readonly text?: string | undefined;
  /** `asc`, the default, gives the oldest first. */
  readonly order?: 'asc' | 'desc' | undefined;
  /** At most this many, 1 to 10,000; 100 where none is given. */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** One page of a query's answer. */
export interface AuditPage {
  readonly entries: readonly { readonly index: number; readonly entry: AuditEntry }[];
  /** What to give as `after` for the next page; null on the last one. */
  readonly next: string | null;
}

/** A page of hashes is no longer. */
export const HASHES_AT_ONCE = 4096;

/**
 * A log in a database: leaves in one order without gaps, its checkpoints, and the calls that are open. Either every method
 * that may answer by a promise does, or none.
 */
export interface AuditStore {
  /** What to call it in messages, without a password: `sqlite:audit.db`, `postgres://host/database`. */
  readonly location: string;
  /**
   * Adds leaves at the end, all or none, in this order, and gives the index of the first; takes the calls they end out of the
   * open ones. An entry whose place in its writer's chain is taken is refused; torn lines may be alike.
   */
  append(records: readonly LogRecord[], ends?: readonly string[]): number | Promise<number>;
  /** How many leaves there are since the log began, deleted ones included. */
  size(): number | Promise<number>;
  /** Where a writer's chain stands in the store; null if it has written nothing. */
  chainHead(writerId: string): ChainHead | null | Promise<ChainHead | null>;
  /** Notes calls that are about to start. `writerId` is whose they are. */
  begin(writerId: string, intents: readonly { readonly callId: string; readonly fields: EntryFields }[]): void | Promise<void>;
  /** Takes over the open calls of writers that are dead, each call by one caller only, until `append` ends them. */
  orphans(): readonly EntryFields[] | Promise<readonly EntryFields[]>;
  /** The tree before the first leaf that is still there: empty unless older ones were deleted. */
  start(): TreeState | Promise<TreeState>;
  /** The leaves with `from <= index < to`, oldest first. */
  records(from?: number, to?: number): AsyncIterable<StoredRecord>;
  /** The hashes of the leaves with `from <= index < to`, oldest first, `HASHES_AT_ONCE` at most; without this they are read with `records`. */
  hashes?(from: number, to: number): readonly string[] | Promise<readonly string[]>;
  query(query: AuditQuery): Promise<AuditPage>;
  addCheckpoint(record: CheckpointRecord): void | Promise<void>;
  /** Checkpoints in the order they were added: cosigned by slow witnesses, a smaller one may stand behind a larger. */
  checkpoints(): AsyncIterable<CheckpointRecord>;
  /** The checkpoint that covers most leaves, or most but at most so many; of those of one size the one that was added last. */
  lastCheckpoint(atMost?: number): CheckpointRecord | null | Promise<CheckpointRecord | null>;
  /** Puts tombstones in the place of entries that were erased; anything but a tombstone of the same hash is refused. */
  entomb(tombstones: readonly StoredRecord[]): void | Promise<void>;
  /** Lets a store in which nothing ever was begin at a later leaf, as the log that is moved into it does; refused otherwise. */
  beginAt?(start: TreeState): void | Promise<void>;
  /** Deletes all leaves before `before.size`, and keeps the tree's state there; nothing is deleted unless that state is given. */
  prune(before: TreeState): void | Promise<void>;
  close(): void | Promise<void>;
}

/** A store that answers at once. */
export interface SyncAuditStore extends AuditStore {
  append(records: readonly LogRecord[], ends?: readonly string[]): number;
  size(): number;
  chainHead(writerId: string): ChainHead | null;
  begin(writerId: string, intents: readonly { readonly callId: string; readonly fields: EntryFields }[]): void;
  orphans(): readonly EntryFields[];
  start(): TreeState;
  hashes?(from: number, to: number): readonly string[];
  addCheckpoint(record: CheckpointRecord): void;
  lastCheckpoint(atMost?: number): CheckpointRecord | null;
  beginAt?(start: TreeState): void;
  close(): void;
}
