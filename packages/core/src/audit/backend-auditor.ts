import type { AuditBackend, EntryDraft, Intent } from '@enforcecore/audit';
import type { Auditor, AuditReceipt } from './auditor.js';

/**
 * Any backend of `@enforcecore/audit` as the container's auditor: a trail, a database, several of these, a function.
 * Whoever made the backend closes it, or leaves that to the container with `onDeactivation`.
 */
export class BackendAuditor implements Auditor {
  readonly isLasting = true;
  readonly #backend: AuditBackend;

  constructor(backend: AuditBackend) {
    this.#backend = backend;
  }

  begin(intent: Intent, canWait = false): void | Promise<void> {
    return this.#backend.begin(intent, canWait);
  }

  record(entry: EntryDraft, canWait = false): AuditReceipt | Promise<AuditReceipt> {
    return this.#backend.append(entry, canWait);
  }

  /** Writes out what the backend holds back, and lets go of its files and connections. */
  close(): void | Promise<void> {
    return this.#backend.close();
  }
}
