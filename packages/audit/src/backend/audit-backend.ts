import type { EntryDraft, Intent } from '../entry/entry.js';

/** What an append came to. */
export interface AppendReceipt {
  readonly entryId: string;
  readonly entryHash: string;
  /** The writer's count, from 1. */
  readonly sequence: number;
  readonly writerId: string;
}

/** Where entries go: a trail of files, a database, several of these, a function, nowhere. */
export interface AuditBackend {
  /**
   * Notes a call before its tool may act. Done when it returns, or, where the caller can wait and it says so with a
   * promise, when that resolves.
   */
  begin(intent: Intent, canWait?: boolean): void | Promise<void>;
  /** Adds one entry; what it throws means that the entry is not there, or that nobody can know. */
  append(draft: EntryDraft, canWait?: boolean): AppendReceipt | Promise<AppendReceipt>;
  /** Writes out what is held back and lets go of files and connections. */
  close(): void | Promise<void>;
}
