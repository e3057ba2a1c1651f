import type { CallDraft, EntryDraft, Intent } from '@enforcecore/audit';
import type { Auditor, AuditReceipt } from '../audit/auditor.js';

/** Keeps entries in memory, for tests that ask what was recorded. */
export class MemoryAuditor implements Auditor {
  readonly intents: Intent[] = [];
  readonly entries: EntryDraft[] = [];
  /** For each entry, whether its caller could have waited. */
  readonly waits: boolean[] = [];

  /** The entries of calls, without notes of gaps and of exchanged policies. */
  get calls(): readonly CallDraft[] {
    return this.entries.filter((entry): entry is CallDraft => entry.kind === undefined || entry.kind === 'call');
  }

  begin(intent: Intent): void {
    this.intents.push(intent);
  }

  record(entry: EntryDraft, canWait = false): AuditReceipt {
    this.entries.push(entry);
    this.waits.push(canWait);
    return { entryId: `entry-${String(this.entries.length)}` };
  }
}
