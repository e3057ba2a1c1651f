import type { EntryDraft, Intent } from '../entry/entry.js';
import type { AppendReceipt, AuditBackend } from './audit-backend.js';
import { Sealer } from './sealer.js';

/** Keeps nothing but counts: for what is measured or tried without a trail. Entries are judged and sealed as everywhere. */
export class NullBackend implements AuditBackend {
  readonly #sealer: Sealer;
  #begun = 0;
  #appended = 0;

  constructor(now: () => number = Date.now) {
    this.#sealer = new Sealer('null', now);
  }

  /** How many calls were begun. */
  get begun(): number {
    return this.#begun;
  }

  /** How many entries were appended. */
  get appended(): number {
    return this.#appended;
  }

  begin(intent: Intent): void {
    this.#sealer.intent(intent);
    this.#begun += 1;
  }

  append(draft: EntryDraft): AppendReceipt {
    const sealed = this.#sealer.seal(draft);
    this.#sealer.keep(sealed);
    this.#appended += 1;
    return sealed.receipt;
  }

  close(): void {
    this.#sealer.close();
  }
}
