import type { EntryDraft, Intent } from '@enforcecore/audit';
import { token } from '../container/token.js';

/** What the trail made of an entry. */
export interface AuditReceipt {
  readonly entryId: string;
}

/**
 * Keeps the record of calls. What it throws blocks the call before the tool, and withholds the result after it.
 *
 * `canWait` is true for a call whose caller gets a promise: then a promise may be returned, so that many calls share one
 * write to the disk or the database. Where it is not, a promise ends the call with `ASYNC_SERVICE`: what can be done at
 * once has to be done before returning.
 */
export interface Auditor {
  /** Names the service in that error; `Auditor` by default. */
  readonly name?: string | undefined;
  /** True where entries outlive the process: their digests are then made with the key that is kept in `auditPath`. */
  readonly isLasting?: boolean | undefined;
  /** Before the tool may act. Must not be done before the intent would survive the death of this process. */
  begin(intent: Intent, canWait?: boolean): void | Promise<void>;
  /** Exactly once for every call, however it ended. */
  record(entry: EntryDraft, canWait?: boolean): AuditReceipt | Promise<AuditReceipt>;
  /** Resolves when a closed auditor has written out what it held back; the container waits for it at its end. */
  whenClosed?(): Promise<void>;
}

export const Auditor = token<Auditor>('Auditor');
