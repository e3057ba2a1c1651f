import type { EntryDraft, Intent } from '@enforcecore/audit';
import type { Auditor, AuditReceipt } from '../audit/auditor.js';

/** Keeps entries in memory, for tests that ask what was recorded. */
export class MemoryAuditor implements Auditor {
  readonly intents: Intent[] = [];
  readonly entries: EntryDraft[] = [];

  begin(intent: Intent): void {
    this.intents.push(intent);
  }

  record(entry: EntryDraft): AuditReceipt {
    this.entries.push(entry);
    return { entryId: `entry-${String(this.entries.length)}` };
  }
}
