import type { EntryDraft, Intent } from '@enforcecore/audit';
import { token } from '../container/token.js';

/** What the trail made of an entry. */
export interface AuditReceipt {
  readonly entryId: string;
}

/** Keeps the record of calls. What it throws blocks the call before the tool, and withholds the result after it. */
export interface Auditor {
  /** Before the tool may act. Must not return before the intent would survive the death of this process. */
  begin(intent: Intent): void | Promise<void>;
  /** Exactly once for every call, however it ended. */
  record(entry: EntryDraft): AuditReceipt | Promise<AuditReceipt>;
}

export const Auditor = token<Auditor>('Auditor');
