import { draftFields, intentDraftFields } from '../entry/draft.js';
import { type AuditEntry, type EntryDraft, type EntryFields, type Intent } from '../entry/entry.js';
import { TrailError } from '../errors.js';
import { Chain } from '../trail/chain.js';
import type { AppendReceipt } from './audit-backend.js';

/** An entry in its place, whole, and what its writer is told. */
export interface Sealed {
  readonly entry: AuditEntry;
  /** As a trail of files has it, without its newline. */
  readonly line: string;
  readonly receipt: AppendReceipt;
}

/** Judges and seals entries for a backend that has no trail. */
export class Sealer {
  readonly #location: string;
  readonly #chain: Chain;
  #isClosed = false;

  constructor(location: string, now: () => number) {
    this.#location = location;
    this.#chain = new Chain(now);
  }

  intent(intent: Intent): EntryFields {
    this.#refuseClosed('begin a call in');
    return intentDraftFields(this.#location, intent);
  }

  /** Moves nothing: see `keep`. */
  seal(draft: EntryDraft): Sealed {
    this.#refuseClosed('append to');
    const fields = draftFields(this.#location, draft);
    const { entryId, entryHash, previousHash, sequence, timestamp, writerId, line } = this.#chain.seal(fields, null);
    const entry: AuditEntry = {
      ...fields, entry_hash: entryHash, entry_id: entryId, previous_hash: previousHash, schema_version: 1, seen: null, sequence, timestamp,
      writer_id: writerId,
    };
    return { entry, line: line.slice(0, -1), receipt: { entryId, entryHash, sequence, writerId } };
  }

  /** Lets the next entry come after this one. */
  keep({ receipt }: Sealed): void {
    this.#chain.advance(receipt.entryHash, receipt.sequence);
  }

  close(): void {
    this.#isClosed = true;
  }

  #refuseClosed(what: string): void {
    const location = this.#location;
    if (this.#isClosed) throw new TrailError('CLOSED', location, `cannot ${what} ${location}: it is closed: open it anew`);
  }
}
