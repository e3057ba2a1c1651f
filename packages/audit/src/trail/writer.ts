import { Chain, type SealedEntry } from './chain.js';
import { readDelta, type Delta } from './delta.js';
import { spanKey, tornText, type TornSpan } from '../entry/detail.js';
import { completeFields, type EntryFields } from '../entry/entry.js';
import { TrailError } from '../errors.js';
import type { TreeHead } from '../tree/tree-state.js';
import type { SettledOptions } from './options.js';
import { finishRotation, rotate } from './rotation.js';
import { RunningTree } from './running-tree.js';
import { lineStartBefore, MAX_LINE_BYTES } from './scan-lines.js';
import { isSameFile, segmentPath } from './segment-files.js';
import { sleepSync } from './sleep.js';
import { Tape } from './tape.js';
import { replaced, tooLarge, truncated } from './writer-faults.js';

const WINDOW_BYTES = 64 * 1024;
const LOOK_EVERY_MS = 250;
const SETTLE_TRIES = 20;
const SETTLE_MS = 2;
const WAIT_TRIES = 1000;
const WAIT_ROUNDS = 4;

/**
 * Keeps one chain on one tape in step with what other writers do to the file.
 * INVARIANT: a watched call can be stopped between any two statements, and then no `catch` or `finally` runs. So what
 * says that something was done is set after it was done, and `#expected` is -1 meanwhile: the next look reads the file.
 */
export class Writer {
  readonly path: string;
  readonly chain: Chain;
  readonly options: SettledOptions;
  readonly #committed: (entry: SealedEntry) => void;
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
  /** Torn lines in files that were closed before anybody vouched for them. */
  #torn: readonly TornSpan[] = [];
  /** Entries to be told of as soon as they are known to be written. */
  readonly #untold: SealedEntry[] = [];
  /** Our line that ends the current file, until it is known whether another writer's was faster. */
  #closing: SealedEntry | null = null;
  #closedAt: number | null = null;
  #lookedAt: number;

  constructor(path: string, options: SettledOptions, committed: (entry: SealedEntry) => void) {
    this.path = path;
    this.options = options;
    this.#committed = committed;
    this.chain = new Chain(options.now);
    this.#lookedAt = options.now();
    this.#tape = Tape.open(path, 'create');
    this.#running = new RunningTree(this.#tape);
    try {
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
    return this.#carried.length > 0 || this.#pending.length > 0;
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
    this.#tell();
  }

  /** Syncs, then starts a new segment if the file is long enough. */
  prepare(): void {
    this.sync();
    const { rotateBytes } = this.options;
    if (rotateBytes === 0 || this.#tape.size < rotateBytes) return;
    rotate(this);
    this.sync();
  }

  append(fields: EntryFields): SealedEntry {
    const sealed = this.chain.seal(fields, this.#seen);
    const { length } = sealed.line;
    // A UTF-16 unit takes at most three bytes, so most lines need no counting.
    if (length > MAX_LINE_BYTES / 3 && Buffer.byteLength(sealed.line) > MAX_LINE_BYTES) {
      throw tooLarge(this.path, MAX_LINE_BYTES);
    }
    this.#commit([sealed], '');
    // Where files are closed, a line counts only if no closing line was faster: look before saying that it is written.
    if (this.options.rotateBytes > 0 || this.#tape.ordinal > 1) this.sync();
    return sealed;
  }

  head(): TreeHead {
    this.sync();
    return this.running.headAt(this.#tape.size);
  }

  /** Reads the file from the first unread byte and repairs what is torn. */
  catchUp(): void {
    const delta = this.#readSettled(this.#verified);
    this.#absorb(delta);
    this.#repair(delta);
  }

  /** Waits until another writer has put the next segment in place, or does it, and continues there. */
  moveOver(): void {
    for (let round = 0; round < WAIT_ROUNDS; round += 1) {
      for (let attempt = 0; attempt < WAIT_TRIES; attempt += 1) {
        if (this.#successor(null) !== null) return;
        sleepSync(1);
      }
      // Whoever began must have died: the work may be finished by anyone.
      const before = this.#tape;
      finishRotation(this);
      if (this.#tape !== before) return;
    }
    throw new TrailError('ROTATION', this.path, `cannot append to ${this.path}: a rotation did not come to an end: check who writes the folder`);
  }

  /** Writes the line that ends the current file, unless one is there, and gives the offset behind it. */
  closeTape(fields: EntryFields): number {
    this.#tape.look();
    this.catchUp();
    if (this.#closedAt !== null) return this.#closedAt;
    if (this.hasDebts) {
      // Our own chain cannot go on before what it owes is written, and the file cannot wait.
      this.#expected = -1;
      this.#tape.write(new Chain(this.options.now).seal(fields, null).line);
      this.#tape.look();
      this.catchUp();
    } else {
      this.#closeInChain(fields);
    }
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
    left.close();
    this.#enter();
  }

  /** Takes an entry into the chain that reached the disk otherwise than by an append. */
  adopt(sealed: SealedEntry): void {
    if (sealed.writerId === this.chain.writerId) this.chain.advance(sealed.entryHash, sealed.sequence);
    this.#committed(sealed);
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
      if (this.#pending.length > 0) this.#pending = [];
      this.#verified = this.#expected;
    } else {
      this.catchUp();
    }
    if (this.#closedAt === null && !(names > 1 && this.#isBeingClosed()) && !this.#hasMoved()) return false;
    this.moveOver();
    return true;
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
    this.#tell();
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

  #isBeingClosed(): boolean {
    return isSameFile(segmentPath(this.path, this.#tape.ordinal), this.#tape.ino, this.#tape.dev);
  }

  #hasMoved(): boolean {
    const now = this.options.now();
    if (Math.abs(now - this.#lookedAt) < LOOK_EVERY_MS) return false;
    const hasMoved = !isSameFile(this.path, this.#tape.ino, this.#tape.dev);
    if (!hasMoved) this.#lookedAt = now;
    return hasMoved;
  }

  #successor(removed: unknown): Tape | null {
    if (removed === null && isSameFile(this.path, this.#tape.ino, this.#tape.dev)) return null;
    let next: Tape;
    try {
      next = Tape.open(this.path, 'existing');
    } catch (error) {
      if (!(error instanceof TrailError) || error.code !== 'MISSING') throw error;
      throw new TrailError('REMOVED', this.path, `cannot append to ${this.path}: the file was removed while open: open the trail anew`, { cause: error });
    }
    if (next.ordinal <= this.#tape.ordinal) {
      next.close();
      throw replaced(this.path);
    }
    this.changeTape(next);
    return next;
  }

  #enter(): void {
    const size = this.#tape.lastSize();
    let from = size;
    let delta: Delta;
    do {
      from = lineStartBefore(this.#tape.fd, Math.max(0, from - WINDOW_BYTES));
      delta = this.#readSettled(from);
    } while (!delta.anchored && from > 0);
    this.#verified = from;
    this.#absorb(delta);
    this.#repair(delta);
  }

  /** Reads to the end; a line without its newline gets a moment, since its writer may be writing it now. */
  #readSettled(from: number): Delta {
    if (this.#tape.size < from) throw truncated(this.path);
    let delta = readDelta(this.#tape, from, this.#tape.size, this.chain.writerId);
    for (let tries = 0; delta.tail < this.#tape.size && tries < SETTLE_TRIES; tries += 1) {
      sleepSync(SETTLE_MS);
      const before = this.#tape.size;
      const size = this.#tape.lastSize();
      if (size < from) throw truncated(this.path);
      if (size !== before) delta = readDelta(this.#tape, from, size, this.chain.writerId);
    }
    return delta;
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
    if (this.#closing !== null && isFound(this.#closing)) this.#untold.push(this.#closing);
    this.#closing = null;
    this.#tell();
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
    const torn = this.#spans(delta, end);
    if (torn.length > 0) {
      this.#vouch(torn, delta.tail < end ? '\n' : '');
      return;
    }
    this.#verified = end;
    this.#expected = end;
  }

  #spans(delta: Delta, end: number): TornSpan[] {
    if (delta.tail === end) return [...delta.torn];
    const { tail } = delta;
    const hash = this.#tape.leafHash(tail, end - tail);
    return [...delta.torn, { length: end - tail, offset: tail, segment: this.#tape.ordinal, hash }];
  }

  #vouch(torn: readonly TornSpan[], lead: string): void {
    const entries: SealedEntry[] = [];
    for (const span of torn) {
      const fields = completeFields({ kind: 'recovery', detail: tornText(span) });
      entries.push(this.chain.seal(fields, entries.length === 0 ? this.#seen : null, entries.at(-1)));
    }
    this.#commit(entries, lead);
  }

  #commit(entries: readonly SealedEntry[], lead: string): void {
    this.#expected = -1;
    this.#untold.push(...entries);
    // What this chain owes stands before its further entries.
    this.#write(this.#carried.length > 0 ? [...this.#carried, ...entries] : entries, lead);
    this.#tell();
  }

  /** Tells of what has come into the chain; what has not was never written. A stop can make it tell twice, not never. */
  #tell(): void {
    for (let entry = this.#untold[0]; entry !== undefined; entry = this.#untold[0]) {
      if (entry.sequence <= this.chain.sequence) this.#committed(entry);
      this.#untold.shift();
    }
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
    if (this.#pending.length === 0) this.#verified = start;
    this.#pending.push(...entries);
    if (this.#carried.length > 0) this.#carried = this.#carried.filter((entry) => !entries.includes(entry));
    this.#seen = null;
    this.#advanceTo(entries.at(-1));
    // A closing line is read back in any case, or a second one would be written behind it.
    if (this.#closing === null) this.#expected = this.#tape.size;
  }

  #leave(): void {
    this.#tape.lastSize();
    const delta = this.#readSettled(this.#verified);
    this.#absorb(delta);
    if (this.#closedAt === null) throw replaced(this.path);
    this.#torn = [...new Map([...this.#torn, ...delta.torn].map((span) => [spanKey(span), span])).values()];
  }
}
