import { Chain, type SealedEntry } from './chain.js';
import { readFromAnchor, readSettled, tornSpans, type Delta } from './delta.js';
import { spanKey, tornText, type TornSpan } from '../entry/detail.js';
import { completeFields, type EntryFields } from '../entry/entry.js';
import { LOOK_EVERY_MS, type SettledOptions } from './options.js';
import { Notices } from './notices.js';
import { isDue, moveOver, openSuccessor, rotate } from './rotation.js';
import { Retiring } from './retiring.js';
import { RunningTree } from './running-tree.js';
import { isSameFile, segmentPath } from './segment-files.js';
import { Tape } from './tape.js';
import { writeAside } from './write-aside.js';
import { refuseTooLarge, replaced, truncated } from './writer-faults.js';

/**
 * Keeps one chain on one tape in step with what other writers do to the file.
 * INVARIANT: a watched call can be stopped between any two statements, and then no `catch` or `finally` runs. So what
 * says that something was done is set after it was done, and `#expected` is -1 meanwhile: the next look reads the file.
 */
export class Writer {
  readonly path: string;
  readonly chain: Chain;
  readonly options: SettledOptions;
  #tape: Tape;
  #running: RunningTree;
  /** INVARIANT: every line before this offset has been read. */
  #verified = 0;
  /** The size the file has if nobody else wrote; -1 while that is not known. */
  #expected = -1;
  #seen: string | null = null;
  /** Own entries written but not yet found in the file, in order. */
  #pending: SealedEntry[] = [];
  /** Own entries that came to stand behind the closing line of a file, to be written again as they are. */
  #carried: SealedEntry[] = [];
  /** Mode `buffered`: sealed, acknowledged, and not written yet. */
  #held: SealedEntry[] = [];
  /** Torn lines in files that were closed before anybody vouched for them. */
  #torn: readonly TornSpan[] = [];
  readonly #notices: Notices;
  /** Our line that ends the current file, until it is known whether another writer's was faster. */
  #closing: SealedEntry | null = null;
  #closedAt: number | null = null;
  #lookedAt: number;
  #enteredAt: number;
  readonly retiring = new Retiring();

  /** `hold` sees the file before anything is written to it: it throws if it is not to be, and may know its tree. */
  constructor(path: string, options: SettledOptions, committed: (entry: SealedEntry) => void, hold: (tape: Tape) => RunningTree | null) {
    this.path = path;
    this.options = options;
    this.chain = new Chain(options.now);
    this.#notices = new Notices(this.chain, committed);
    this.#lookedAt = options.now();
    this.#enteredAt = this.#lookedAt;
    this.#tape = Tape.open(path, 'create', options.files);
    try {
      this.#running = hold(this.#tape) ?? new RunningTree(this.#tape);
      this.#enter();
      this.sync();
    } catch (error) {
      this.#tape.close();
      throw error;
    }
  }

  get tape(): Tape {
    return this.#tape;
  }

  get running(): RunningTree {
    if (this.#running.tape !== this.#tape) this.#running = new RunningTree(this.#tape);
    return this.#running;
  }

  /** Entries that were sealed and stand in no open file yet: they come before any further one of this chain. */
  get hasDebts(): boolean {
    return this.#carried.length > 0 || this.#pending.length > 0 || this.#held.length > 0;
  }

  /** Where the unread part of the trail begins. */
  get position(): { readonly segment: number; readonly offset: number } {
    return { segment: this.#tape.ordinal, offset: this.#verified };
  }

  /** Reads what others wrote, repairs torn lines, follows rotations; throws if the file is no longer ours to append to. */
  sync(): void {
    do {
      while (this.#follow());
    } while (this.#settleDebts());
    this.#notices.tell();
  }

  /** Syncs, then starts a new segment if the file is long enough. */
  prepare(): void {
    this.sync();
    if (!isDue(this.#tape, this.options, this.#enteredAt)) return;
    rotate(this);
    this.sync();
  }

  append(fields: EntryFields): SealedEntry {
    if (this.#held.length > 0) {
      const aside = this.#writeAside([fields], '');
      if (aside !== null) return aside;
      this.sync();
      return this.append(fields);
    }
    const sealed = this.#sealed(fields, undefined);
    this.#commit([sealed], '');
    this.#lookAgain();
    return sealed;
  }

  /** Seals an entry and keeps it for `flush`. */
  hold(fields: EntryFields): SealedEntry {
    const sealed = this.#sealed(fields, this.#held.at(-1));
    this.#held.push(sealed);
    return sealed;
  }

  get held(): number {
    return this.#held.length;
  }

  /** Writes what is held back, in one piece. */
  flush(): void {
    if (this.#held.length === 0) return;
    this.prepare();
    // Of a flush that failed or was stopped, a part or all may be on the disk.
    this.#held = this.#held.filter((entry) => entry.sequence > this.chain.sequence);
    if (this.#held.length === 0) return;
    this.#commit(this.#held, '');
    this.#held = [];
    this.#lookAgain();
  }

  #sealed(fields: EntryFields, after: SealedEntry | undefined): SealedEntry {
    const sealed = this.chain.seal(fields, this.#seen, after);
    refuseTooLarge(this.path, sealed.line);
    return sealed;
  }

  /** Where files are closed, a line counts only if no closing line was faster: look before saying that it is written. */
  #lookAgain(): void {
    if (this.options.rotateBytes > 0 || this.options.rotateMs > 0 || this.#tape.ordinal > 1) this.sync();
  }

  /** Writes entries that cannot wait, and gives the last; null if the file was closed before. */
  #writeAside(all: readonly EntryFields[], lead: string): SealedEntry | null {
    this.#expected = -1;
    const entries = writeAside(this.#tape, this.options.now, all, lead, this.#verified);
    this.catchUp();
    for (const entry of entries ?? []) this.#notices.pass(entry);
    return entries?.at(-1) ?? null;
  }

  /** Reads the file from the first unread byte and repairs what is torn. */
  catchUp(): void {
    const delta = readSettled(this.#tape, this.#verified, this.chain.writerId);
    if (delta.closedAt === null) this.running.follow(this.#verified, delta.tail, delta.leaves);
    this.#absorb(delta);
    this.#repair(delta);
  }

  /** Goes over to the file that stands where this one stood; false if none does yet. */
  enterSuccessor(): boolean {
    return this.#successor(null) !== null;
  }

  /** Writes the line that ends the current file, unless one is there, and gives the offset behind it. */
  closeTape(fields: EntryFields): number {
    this.#tape.look();
    this.catchUp();
    if (this.#closedAt !== null) return this.#closedAt;
    // Our own chain cannot go on before what it owes is written, and the file cannot wait.
    if (this.hasDebts) this.#writeAside([fields], '');
    else this.#closeInChain(fields);
    return this.#closedEnd();
  }

  /** Leaves the current file for the next one, and takes along what came to stand behind its end. */
  changeTape(next: Tape): void {
    try {
      this.#leave();
    } catch (error) {
      next.close();
      throw error;
    }
    const left = this.#tape;
    // In this order a stop leaves a writer that reads the one file or the other from its beginning.
    this.#expected = -1;
    this.#carried = [...new Set([...this.#carried, ...this.#pending])];
    this.#pending = [];
    this.#verified = 0;
    this.#closedAt = null;
    this.#tape = next;
    this.#enteredAt = this.options.now();
    try {
      // An entry that was found there is acknowledged by a sync of this file; what comes is safe only under its name.
      if (this.options.durability === 'power') {
        left.syncEvenIfBroken();
        next.syncName();
      }
    } finally {
      left.close();
    }
    this.#enter();
  }

  /** Takes an entry into the chain that reached the disk otherwise than by an append. */
  adopt(sealed: SealedEntry): void {
    if (sealed.writerId === this.chain.writerId) this.chain.advance(sealed.entryHash, sealed.sequence);
    this.#notices.pass(sealed);
  }

  close(): void {
    this.#tape.close();
  }

  /** One look at the file; true if that led to another one. */
  #follow(): boolean {
    let names: number;
    try {
      names = this.#tape.look().names;
    } catch (error) {
      // A closed segment may have been deleted or compressed while this writer slept.
      if (this.#successor(error) === null) throw error;
      return true;
    }
    if (this.#tape.size === this.#expected) {
      if (this.#pending.length > 0) this.#confirm();
      this.#verified = this.#expected;
    } else {
      this.catchUp();
    }
    if (this.#closedAt === null && !(names > 1 && this.#isBeingClosed()) && !this.#hasMoved()) return false;
    moveOver(this);
    return true;
  }

  /** Nobody else has written: what this writer wrote stands where it meant to. */
  #confirm(): void {
    this.running.follow(this.#verified, this.#expected, this.#pending.map((entry) => entry.entryHash));
    this.#pending = [];
  }

  /** Writes what belonged into files that were closed first; true if there was any. */
  #settleDebts(): boolean {
    const [carried, torn] = [this.#carried, this.#torn];
    if (carried.length === 0 && torn.length === 0) return false;
    if (carried.length > 0) {
      this.#write(carried, '');
    }
    if (torn.length > 0) {
      this.#vouch(torn, '');
      this.#torn = [];
    }
    return true;
  }

  #closeInChain(fields: EntryFields): void {
    const sealed = this.chain.seal(fields, this.#seen);
    this.#expected = -1;
    this.#closing = sealed;
    this.#write([sealed], '');
    this.#tape.look();
    this.catchUp();
    this.#notices.tell();
  }

  /** Takes our closing line out of what is missing: if another writer's was faster, ours stands behind it and never was. */
  #withoutClosing(missing: SealedEntry[]): SealedEntry[] {
    const closing = this.#closing;
    if (closing === null || !missing.includes(closing)) return missing;
    if (this.chain.hash === closing.entryHash) this.chain.advance(closing.previousHash, closing.sequence - 1);
    return missing.filter((entry) => entry !== closing);
  }

  #closedEnd(): number {
    if (this.#closedAt === null) throw truncated(this.path);
    return this.#closedAt;
  }

  #isOwn(path: string): boolean {
    return isSameFile(path, this.#tape.ino, this.#tape.dev, this.options.files);
  }

  #isBeingClosed(): boolean {
    return this.#isOwn(segmentPath(this.path, this.#tape.ordinal));
  }

  #hasMoved(): boolean {
    const now = this.options.now();
    if (Math.abs(now - this.#lookedAt) < LOOK_EVERY_MS) return false;
    const hasMoved = !this.#isOwn(this.path);
    if (!hasMoved) this.#lookedAt = now;
    return hasMoved;
  }

  #successor(removed: unknown): Tape | null {
    if (removed === null && this.#isOwn(this.path)) return null;
    const next = openSuccessor(this.#tape, this.options.files, removed);
    this.changeTape(next);
    return next;
  }

  #enter(): void {
    const { from, delta } = readFromAnchor(this.#tape, this.chain.writerId);
    this.#verified = from;
    this.#absorb(delta);
    this.#repair(delta);
  }

  #absorb(delta: Delta): void {
    for (const own of delta.own) {
      // A write that was reported as failed, or stopped before it was noted, reached the disk whole: it counts.
      if (own.sequence === this.chain.sequence + 1) this.chain.advance(own.hash, own.sequence);
    }
    const isFound = (entry: SealedEntry): boolean => delta.own.some((own) => own.hash === entry.entryHash);
    const missing = this.#withoutClosing(this.#pending.filter((entry) => !isFound(entry)));
    // Behind a closing line nothing was read: what is missing stands there.
    if (missing.length > 0 && delta.closedAt === null) throw truncated(this.path);
    if (this.#carried.length > 0) this.#carried = this.#carried.filter((entry) => !isFound(entry));
    this.#advanceTo(missing.at(-1));
    if (this.#closing !== null && isFound(this.#closing)) this.#notices.add([this.#closing]);
    this.#closing = null;
    this.#notices.tell();
    this.#pending = missing;
    this.#seen = delta.seen ?? this.#seen;
    this.#closedAt = delta.closedAt;
  }

  #repair(delta: Delta): void {
    // What is torn in a closed file is vouched for in the next one.
    if (this.#closedAt !== null) {
      this.#expected = -1;
      return;
    }
    const end = this.#tape.size;
    const torn = tornSpans(this.#tape, delta, end);
    if (torn.length > 0) {
      this.#vouch(torn, delta.tail < end ? '\n' : '');
      return;
    }
    this.#verified = end;
    this.#expected = end;
  }

  #vouch(torn: readonly TornSpan[], lead: string): void {
    const all = torn.map((span) => completeFields({ kind: 'recovery', detail: tornText(span) }));
    if (this.#held.length > 0) {
      this.#writeAside(all, lead);
      return;
    }
    const entries: SealedEntry[] = [];
    for (const fields of all) entries.push(this.chain.seal(fields, entries.length === 0 ? this.#seen : null, entries.at(-1)));
    this.#commit(entries, lead);
  }

  #commit(entries: readonly SealedEntry[], lead: string): void {
    this.#expected = -1;
    this.#notices.add(entries);
    // What this chain owes stands before its further entries.
    this.#write(this.#carried.length > 0 ? [...this.#carried, ...entries] : entries, lead);
    this.#notices.tell();
  }

  #advanceTo(last: SealedEntry | undefined): void {
    if (last !== undefined && last.sequence > this.chain.sequence) this.chain.advance(last.entryHash, last.sequence);
  }

  #write(entries: readonly SealedEntry[], lead: string): void {
    const start = this.#tape.size;
    let text = lead;
    for (const entry of entries) text += entry.line;
    // What reached the disk of a write that failed or was stopped is found out by reading, before the next write.
    this.#expected = -1;
    this.#tape.write(text);
    // Behind a closing line nothing is found again by reading: it must be read itself, for this to be written anew.
    if (this.#pending.length === 0 && this.#closedAt === null) this.#verified = start;
    this.#pending.push(...entries);
    if (this.#carried.length > 0) this.#carried = this.#carried.filter((entry) => !entries.includes(entry));
    this.#seen = null;
    this.#advanceTo(entries.at(-1));
    // A closing line is read back in any case, or a second one would be written behind it.
    if (this.#closing === null) this.#expected = this.#tape.size;
  }

  #leave(): void {
    this.#tape.lastSize();
    const delta = readSettled(this.#tape, this.#verified, this.chain.writerId);
    this.#absorb(delta);
    if (this.#closedAt === null) throw replaced(this.path);
    this.#torn = [...new Map([...this.#torn, ...delta.torn].map((span) => [spanKey(span), span])).values()];
  }
}
