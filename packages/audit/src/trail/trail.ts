import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { AppendReceipt, AuditBackend } from '../backend/audit-backend.js';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { flushAtExit, forgetAtExit } from './at-exit.js';
import type { SealedEntry } from './chain.js';
import { Checkpointer } from './checkpointer.js';
import { ANNOUNCE, type Announcer } from '../backend/announce.js';
import { draftFields, intentDraftFields } from '../entry/draft.js';
import { encodeIntent } from '../entry/encode-entry.js';
import { type EntryDraft, type EntryFields, type Intent } from '../entry/entry.js';
import { fileError, systemCode, TrailError } from '../errors.js';
import type { Files } from './files.js';
import { protectAppendOnly } from './immutable.js';
import { recoverJournals } from './journal-recovery.js';
import { Journal } from './journal.js';
import { settleOptions, type SettledOptions, type TrailOptions } from './options.js';
import { ownIdentity } from './process-identity.js';
import { listSegments } from './segment-files.js';
import type { WitnessRecord } from '../witness/witness.js';
import { Writer } from './writer.js';
import { rotate } from './rotation.js';
import { treeOf } from './running-tree.js';
import { rootOf, type TreeHead } from '../tree/tree-state.js';

const FLUSH_CHARS = 64 * 1024;
const FLUSH_MS = 50;

/** One writer's open trail; any number of them, in any number of processes, may share its files. */
export class Trail implements AuditBackend, Announcer {
  readonly path: string;
  readonly #options: SettledOptions;
  readonly #checkpoints: Checkpointer;
  #writer: Writer;
  #journal: Journal;
  #unpublished: WitnessRecord[] = [];
  #heldChars = 0;
  #flushTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(path: string, options: TrailOptions = {}) {
    this.path = realPath(path);
    this.#options = settleOptions(this.path, options);
    this.#checkpoints = new Checkpointer(this.path, this.#options, () => this.#writer);
    ({ writer: this.#writer, journal: this.#journal } = this.#open());
    if (this.#options.durability === 'buffered') flushAtExit(this.#flushAtExit);
  }

  get writerId(): string {
    return this.#writer.chain.writerId;
  }

  /**
   * Writes one entry. When it returns, the line is in the file; in mode `power` on the disk, for which callers that can
   * wait get a promise; in mode `buffered` it is in memory.
   */
  append(draft: EntryDraft): AppendReceipt;
  append(draft: EntryDraft, canWait: boolean): AppendReceipt | Promise<AppendReceipt>;
  append(draft: EntryDraft, canWait = false): AppendReceipt | Promise<AppendReceipt> {
    this.#refuseClosed('append to');
    return this.#append(draftFields(this.path, draft), canWait);
  }

  [ANNOUNCE](fields: EntryFields): AppendReceipt | Promise<AppendReceipt> {
    this.#refuseClosed('append to');
    return this.#append(fields, false);
  }

  #append(fields: EntryFields, canWait: boolean): AppendReceipt | Promise<AppendReceipt> {
    this.#checkpoints.refuseFork();
    if (this.#unpublished.length > 0) this.#publish();
    if (this.#options.durability === 'buffered') return this.#hold(fields);
    const sealed = this.#orTyped(() => this.#write(fields));
    if (this.#options.durability === 'power') {
      const { tape } = this.#writer;
      if (canWait) return tape.syncSoon().then(() => this.#finish(fields, sealed));
      tape.sync();
    }
    return this.#finish(fields, sealed);
  }

  /** Notes a call before it starts, so that its end is not lost with the process; its `append` closes the note. */
  begin(intent: Intent): void;
  begin(intent: Intent, canWait: boolean): void | Promise<void>;
  begin(intent: Intent, canWait = false): void | Promise<void> {
    this.#refuseClosed('begin a call in');
    const fields = intentDraftFields(this.path, intent);
    this.#checkpoints.refuseFork();
    // What may be lost with its entry is not worth a note.
    if (this.#options.durability === 'buffered') return undefined;
    this.#orTyped(() => { this.#openAnewIfBroken(); });
    return this.#journal.begin(intent.call_id, encodeIntent(fields), canWait);
  }

  /** Reads to the end of the trail and gives its size and the root of the tree over it. */
  head(): TreeHead {
    this.#refuseClosed('read');
    const state = this.#orTyped(() => {
      this.#writer.flush();
      return treeOf(this.#writer);
    });
    this.#publish();
    return { size: state.size, root: rootOf(state) };
  }

  /** Makes a checkpoint now, unless the last one covers everything; null for an empty trail. */
  checkpoint(): CheckpointRecord | null | Promise<CheckpointRecord | null> {
    this.#refuseClosed('make a checkpoint of');
    const made = this.#orTyped(() => {
      this.#writer.flush();
      return this.#checkpoints.make();
    });
    return made instanceof Promise ? made.then((read) => read?.record ?? null) : (made?.record ?? null);
  }

  /** Puts everything written so far on the disk. */
  sync(): void {
    this.#refuseClosed('sync');
    this.#orTyped(() => {
      this.#writer.flush();
      this.#writer.sync();
    });
  }

  /** Closes the current file and starts the next one now, whatever its length. */
  rotate(): void {
    this.#refuseClosed('rotate');
    if (this.#options.immutable) throw new TrailError('OPTIONS', this.path, `cannot rotate ${this.path}: an append-only file cannot be renamed: open it without immutable`);
    this.#orTyped(() => {
      this.#writer.flush();
      this.#writer.sync();
      rotate(this.#writer);
      this.#writer.sync();
    });
  }

  /** Makes the last checkpoint and lets go of the files; a promise while a signer or a witness is being waited for. */
  close(): void | Promise<void> {
    if (this.#isClosed) return undefined;
    this.#isClosed = true;
    forgetAtExit(this.#flushAtExit);
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    let waiting: Promise<void> | null = null;
    try {
      this.#settle();
      // Witnesses may still be answered from the trail, which is closed after them.
      waiting = this.#checkpoints.close();
    } finally {
      if (waiting === null) this.#writer.close();
      this.#journal.close();
    }
    return waiting?.finally(() => {
      this.#writer.close();
    });
  }

  /** Opens the files, finishes what dead writers left, and holds the trail against its last checkpoint. */
  #open(): { readonly writer: Writer; readonly journal: Journal } {
    let writer: Writer | undefined;
    try {
      const records = this.#checkpoints.read();
      refuseBeheaded(this.path, this.#options.files, records.length > 0);
      const remember = (entry: SealedEntry): void => { this.#remember(entry); };
      writer = new Writer(this.path, this.#options, remember, (tape) => this.#checkpoints.resume(records, tape));
      writer.retiring.coveredSize = () => this.#checkpoints.coveredSize;
      const identity = ownIdentity();
      const opened = writer;
      const journal = new Journal(this.path, writer.chain.writerId, identity, () => opened.position, this.#options);
      if (this.#options.immutable) protectAppendOnly(this.path);
      recoverJournals(writer, identity);
      if (this.#options.durability === 'power') {
        writer.tape.sync();
        writer.tape.syncName();
      }
      this.#publish();
      return { writer, journal };
    } catch (error) {
      writer?.close();
      throw fileError(error, this.path, 'cannot open trail');
    }
  }

  /** After a failed fdatasync nobody knows what a descriptor's file has on disk: what is there is read again. */
  #openAnewIfBroken(): void {
    if (!this.#writer.tape.isBroken && !this.#journal.isBroken) return;
    const [writer, journal] = [this.#writer, this.#journal];
    writer.tape.makeCertain();
    ({ writer: this.#writer, journal: this.#journal } = this.#open());
    writer.close();
    journal.close();
  }

  #write(fields: EntryFields): SealedEntry {
    this.#openAnewIfBroken();
    this.#writer.prepare();
    return this.#writer.append(fields);
  }

  /** What the file system throws leaves as a `TrailError`; what else is thrown, as it is. */
  #orTyped<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw systemCode(error) === '' ? error : fileError(error, this.path, 'cannot work on trail');
    }
  }

  #finish(fields: EntryFields, { entryId, entryHash, sequence, writerId }: SealedEntry): AppendReceipt {
    if (fields.call_id !== null && fields.kind === 'call') this.#journal.finish(fields.call_id);
    if (this.#unpublished.length > 0) this.#publish();
    if (this.#writer.retiring.mustCover) this.#coverRemoval();
    this.#checkpoints.count();
    return { entryId, entryHash, sequence, writerId };
  }

  /** Until a checkpoint covers the entry that says so, a verifier must take the deletion for a forger's. */
  #coverRemoval(): void {
    this.#writer.retiring.mustCover = false;
    this.#checkpoints.soon();
  }

  #hold(fields: EntryFields): AppendReceipt {
    const { flushEntries } = this.#options;
    // Held back after a flush that failed: it must succeed before more is acknowledged.
    if (this.#writer.held >= flushEntries) this.#flush();
    const sealed = this.#writer.hold(fields);
    this.#heldChars += sealed.line.length;
    if (this.#writer.held >= flushEntries || this.#heldChars >= FLUSH_CHARS) this.#flush();
    else this.#flushTimer ??= this.#flushLater();
    return this.#finish(fields, sealed);
  }

  #flush(): void {
    this.#orTyped(() => {
      this.#writer.flush();
      this.#openAnewIfBroken();
    });
    this.#heldChars = 0;
  }

  #flushLater(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#flushTimer = null;
      this.#tryFlush();
    }, FLUSH_MS);
    return timer.unref();
  }

  readonly #flushAtExit = (): void => {
    this.#tryFlush();
  };

  #tryFlush(): void {
    try {
      this.#flush();
      this.#publish();
    } catch (error) {
      // The next append tries again before it takes anything more.
      this.#options.onWarning(`entries held back for ${this.path} were not written: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  }

  #settle(): void {
    try {
      this.#flush();
      this.#writer.sync();
      this.#publish();
    } catch (error) {
      // Entries held back are lost now, which must be said; any other was written before its append returned.
      if (this.#writer.held > 0) throw error;
      this.#options.onWarning(error instanceof Error ? error.message : 'closing a trail failed');
    }
  }

  #refuseClosed(what: string): void {
    if (this.#isClosed) throw new TrailError('CLOSED', this.path, `cannot ${what} ${this.path}: the trail is closed: open it anew`);
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

/** An active file never is missing once it has checkpoints, nor empty once it has segments: then somebody took it away. */
function refuseBeheaded(path: string, files: Files, hasCheckpoints: boolean): void {
  let size = files.statSync(path)?.size;
  const hasSegments = (): boolean => files.existsSync(dirname(path)) && listSegments(path, files).length > 0;
  if (size === undefined ? !hasCheckpoints && !hasSegments() : size > 0 || !hasSegments()) return;
  // It may have been created, and rotated, since we looked.
  size = files.statSync(path)?.size ?? 0;
  if (size > 0) return;
  const left = hasCheckpoints ? 'checkpoints' : 'closed segments';
  throw new TrailError('REMOVED', path, `cannot open trail ${path}: the file is gone but its ${left} are there: restore it or choose another path`);
}
