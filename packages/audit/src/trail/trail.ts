import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { AppendReceipt, AuditBackend } from '../backend/audit-backend.js';
import type { SealedEntry } from './chain.js';
import { fieldFault } from '../entry/check-fields.js';
import { encodeIntent } from '../entry/encode-entry.js';
import { completeFields, intentFields, type EntryDraft, type EntryFields, type Intent } from '../entry/entry.js';
import { fileError, TrailError } from '../errors.js';
import { protectAppendOnly } from './immutable.js';
import { recoverJournals } from './journal-recovery.js';
import { Journal } from './journal.js';
import { settleOptions, type SettledOptions, type TrailOptions } from './options.js';
import { ownIdentity } from './process-identity.js';
import { listSegments } from './segment-files.js';
import type { WitnessRecord } from '../witness/witness.js';
import { Writer } from './writer.js';
import type { TreeHead } from '../tree/tree-state.js';

/** One writer's open trail; any number of them, in any number of processes, may share a file. */
export class Trail implements AuditBackend {
  readonly path: string;
  readonly writerId: string;
  readonly #options: SettledOptions;
  readonly #writer: Writer;
  readonly #journal: Journal;
  #unpublished: WitnessRecord[] = [];
  #isClosed = false;

  constructor(path: string, options: TrailOptions = {}) {
    this.path = realPath(path);
    this.#options = settleOptions(this.path, options);
    try {
      refuseBeheaded(this.path);
    } catch (error) {
      throw fileError(error, this.path, 'cannot open trail');
    }
    this.#writer = new Writer(this.path, this.#options, (entry) => {
      this.#remember(entry);
    });
    this.writerId = this.#writer.chain.writerId;
    const identity = ownIdentity();
    this.#journal = new Journal(this.path, this.writerId, identity, () => this.#writer.position);
    try {
      if (this.#options.immutable) protectAppendOnly(this.path);
      recoverJournals(this.#writer, identity);
      this.#publish();
    } catch (error) {
      this.#writer.close();
      throw fileError(error, this.path, 'cannot open trail');
    }
  }

  /** Writes one entry; when it returns, the line is in the file. */
  append(draft: EntryDraft): AppendReceipt {
    this.#refuseClosed('append to');
    const fields = completeFields(draft);
    this.#check(fields);
    if (this.#unpublished.length > 0) this.#publish();
    this.#writer.prepare();
    const { entryId, entryHash, sequence } = this.#writer.append(fields);
    if (fields.call_id !== null && fields.kind === 'call') this.#journal.finish(fields.call_id);
    if (this.#unpublished.length > 0) this.#publish();
    return { entryId, entryHash, sequence, writerId: this.writerId };
  }

  /** Notes a call before it starts, so that its end is not lost with the process; its `append` closes the note. */
  begin(intent: Intent): void {
    this.#refuseClosed('begin a call in');
    const fields = intentFields(intent);
    this.#check(fields);
    this.#journal.begin(intent.call_id, encodeIntent(fields));
  }

  /** Reads to the end of the file and gives the number of lines and the root of the tree over them. */
  head(): TreeHead {
    this.#refuseClosed('read');
    const head = this.#writer.head();
    this.#publish();
    return head;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#settle();
    } finally {
      this.#writer.close();
      this.#journal.close();
    }
  }

  #settle(): void {
    try {
      this.#writer.sync();
      this.#publish();
    } catch (error) {
      // Every entry was written before its append returned; the last look is for others' torn lines only.
      this.#options.onWarning(error instanceof Error ? error.message : 'closing a trail failed');
    }
  }

  #refuseClosed(what: string): void {
    if (this.#isClosed) throw new TrailError('CLOSED', this.path, `cannot ${what} ${this.path}: the trail is closed: open it anew`);
  }

  #check(fields: EntryFields): void {
    const fault = fieldFault(fields);
    if (fault !== null) {
      throw new TrailError('ENTRY_INVALID', this.path, `entry refused: ${fault} is not what schema version 1 says: see AuditEntry`);
    }
  }

  #remember(entry: SealedEntry): void {
    if (this.#options.witness === null) return;
    this.#unpublished.push({
      entry_id: entry.entryId,
      entry_hash: entry.entryHash,
      previous_hash: entry.previousHash,
      sequence: entry.sequence,
      writer_id: entry.writerId,
      timestamp: entry.timestamp,
    });
  }

  /** Tells the witness in order; what it refused is told again first, so that it misses nothing. */
  #publish(): void {
    const { witness, witnessFailure, onWarning } = this.#options;
    for (let record = this.#unpublished[0]; record !== undefined; record = this.#unpublished[0]) {
      try {
        witness?.publish(record);
      } catch (error) {
        const text = `witness refused entry ${record.entry_id}: the entry is in the trail: repair the witness`;
        if (witnessFailure === 'throw') throw new TrailError('WITNESS', this.path, text, { cause: error });
        onWarning(text);
      }
      this.#unpublished.shift();
    }
  }
}

/** Opens a trail for appending; creates it and its folder if need be, and finishes what dead writers left. */
export function openTrail(path: string, options: TrailOptions = {}): Trail {
  return new Trail(path, options);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there yet, or not readable: opening it will tell.
    return resolve(path);
  }
}

/** An active file never is missing or empty once it has segments: then somebody took it away. */
function refuseBeheaded(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 0 || !existsSync(dirname(path)) || listSegments(path).length === 0) return;
  throw new TrailError('REMOVED', path, `cannot open trail ${path}: the file is gone but its closed segments are there: restore it or choose another path`);
}
