import { parseSegment } from '../entry/detail.js';
import { isDisguisedEntry } from '../entry/disguised.js';
import { entryStart } from '../entry/glance.js';
import { TreeBuilder, type TreeState } from '../tree/tree-state.js';
import type { Cover } from './checks/cover.js';
import { FramingCheck } from './checks/framing-check.js';
import { GapCheck } from './checks/gap-check.js';
import { SeenCheck } from './checks/seen-check.js';
import { TreeCheck, type GrowingTree } from './checks/tree-check.js';
import { WriterCheck } from './checks/writer-check.js';
import { copied } from './copied.js';
import { readStrictly, StructureReader, type EntryFacts, type LineReader, type Reading } from './entry-facts.js';
import { ByteLine, TextLine, type StoredLine } from './stored-line.js';
import type { Place, Verdict } from './verdict.js';

/** How lines are read, and from where on. */
export interface LineCheckOptions {
  /** `structure`: framing, order, chain and tree only. */
  readonly checks: 'all' | 'structure';
  /** What was before the first line: nothing, lines that were deleted, or lines that a checkpoint covers. */
  readonly before: 'nothing' | 'deleted' | 'trusted';
  /** The tree before the first line; empty for a whole log. */
  readonly start: TreeState;
  /** A `close` entry ends its file: what stands behind it is not part of the log. */
  readonly endsFiles: boolean;
  readonly nowMs: number;
  /** What of the log is vouched for from outside. */
  readonly cover: Cover;
  /** Grows from `start`; the portable one where none is given. */
  readonly tree?: GrowingTree | undefined;
  /** Called when the log has reached the size that `stopAt` was set to. */
  readonly onStop?: (() => void) | undefined;
  readonly onEntry?: ((facts: EntryFacts, line: StoredLine, place: () => Place) => void) | undefined;
}

/** What a database says of a leaf beside its line. */
export interface StatedLeaf {
  readonly index: number;
  readonly hash: string;
  /** Kept as bytes, which only what is no entry is. */
  readonly isBytes: boolean;
}

const ENTRY_ID = /,"entry_id":"([0-9a-f-]{36})"/;

/** Judges lines in log order, over all files; runs anywhere, and holds no more than writers, torn and erased lines take. */
export class LineCheck {
  readonly #options: LineCheckOptions;
  readonly #verdict: Verdict;
  readonly #read: LineReader;
  readonly #tree: GrowingTree;
  readonly #framing: FramingCheck;
  readonly #writers: WriterCheck;
  readonly #treeCheck: TreeCheck;
  /** What saw what. */
  readonly seen: SeenCheck;
  readonly gaps: GapCheck;
  readonly #place = (): Place => this.#placed(true);
  #file = '';
  #line = 0;
  #current: StoredLine | null = null;
  #isClosed = false;
  #stopAt = Infinity;
  entries = 0;
  /** Lines behind one that closes its file, which are no part of the log; of the current file. */
  behind = 0;

  constructor(verdict: Verdict, options: LineCheckOptions) {
    const { before } = options;
    this.#options = options;
    this.#verdict = verdict;
    const structure = new StructureReader();
    this.#read = options.checks === 'all' ? readStrictly : (line) => structure.read(line);
    this.#tree = options.tree ?? new TreeBuilder(options.start);
    this.#framing = new FramingCheck(verdict);
    this.#writers = new WriterCheck(verdict, before, options.nowMs);
    this.#treeCheck = new TreeCheck(verdict, this.#tree);
    this.seen = new SeenCheck(verdict, before);
    this.gaps = new GapCheck(verdict, options.cover);
  }

  /** How many lines there were before the first. */
  get startSize(): number {
    return this.#options.start.size;
  }

  get size(): number {
    return this.#tree.size;
  }

  get writers(): number {
    return this.#writers.count;
  }

  /** Torn lines that a recovery entry vouches for. */
  get recovered(): number {
    return this.#framing.recovered;
  }

  /** Whether the current file has its closing line. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** So much is wrong that reading on would only fill memory. */
  get isHopeless(): boolean {
    return this.#framing.isHopeless;
  }

  /** The next size at which `onStop` is to be called; beyond the present one. */
  set stopAt(size: number) {
    this.#stopAt = size;
  }

  root(): string {
    return this.#tree.root();
  }

  state(): TreeState {
    return this.#tree.state();
  }

  startFile(file: string, linesBefore = 0): void {
    this.#file = file;
    this.#line = linesBefore;
    this.#isClosed = false;
    this.behind = 0;
  }

  /** Takes one line without its newline; `stated` is what a database says of it. */
  visit(line: string | Uint8Array, stated?: StatedLeaf): void {
    this.visitLine(typeof line === 'string' ? new TextLine(line) : new ByteLine(line), stated);
  }

  visitLine(line: StoredLine, stated?: StatedLeaf): void {
    if (this.#isClosed) this.behind += 1;
    if (this.#isClosed || this.#framing.isHopeless) return;
    this.#line += 1;
    this.#current = line;
    const reading = this.#read(line);
    if (reading.facts !== null) this.#entry(reading.facts, line, stated);
    else this.#malformed(line, reading, stated);
  }

  end(): void {
    this.#framing.end();
    this.#writers.end();
    this.seen.end();
    this.gaps.end();
  }

  #malformed(line: StoredLine, { message, torn }: Extract<Reading, { facts: null }>, stated?: StatedLeaf): void {
    const start = line.raw === null ? -1 : entryStart(line.raw);
    if (start > 0 && stated === undefined && this.#glued(line, start)) return;
    const hash = line.leaf();
    if (stated !== undefined) this.#treeCheck.stored(stated, hash, this.#placed(false));
    if (torn) this.#torn(line, hash, message);
    else this.#verdict.fail('schema', this.#place(), message);
    this.#advance(hash);
  }

  #torn(line: StoredLine, hash: string, message: string): void {
    if (isDisguisedEntry(line.text ?? '', hash)) {
      this.#verdict.fail('framing', this.#placed(false), 'an entry was made to look like a line that is cut off');
    }
    this.#framing.torn(this.#placed(false), line.length, hash, message);
  }

  /** A writer that had looked just before a crash may have added its entry to the torn line. */
  #glued(line: StoredLine, start: number): boolean {
    const [torn, rest] = line.split(start) ?? [];
    const reading = rest === undefined ? null : this.#read(rest);
    if (torn === undefined || rest === undefined || reading?.facts == null) return false;
    const hash = torn.leaf();
    this.#torn(torn, hash, 'the line begins with one that is cut off');
    this.#advance(hash);
    this.#current = rest;
    this.#entry(reading.facts, rest);
    return true;
  }

  #entry(facts: EntryFacts, line: StoredLine, stated?: StatedLeaf): void {
    this.entries += 1;
    if (stated !== undefined) this.#treeCheck.stored(stated, facts.hash, this.#place());
    if (stated?.isBytes === true) this.#verdict.fail('framing', this.#place(), 'the entry is stored as if it were cut off, so queries do not show it');
    this.#writers.visit(facts, this.#place);
    this.seen.visit(facts.statedHash, facts.seen, this.#place);
    if (facts.kind !== 'call') this.#note(facts);
    this.#options.onEntry?.(facts, line, this.#place);
    this.#advance(facts.hash);
  }

  #note(facts: EntryFacts): void {
    if (facts.kind === 'recovery') this.#framing.vouch(facts.detail, this.#place());
    else if (facts.kind === 'segment') this.#segment(facts);
    else this.gaps.entry(facts, this.#place);
  }

  #segment(facts: EntryFacts): void {
    const detail = parseSegment(facts.detail);
    if (detail === null) {
      this.#verdict.fail('schema', this.#place(), 'detail of the segment entry is not what schema version 1 says');
      return;
    }
    this.gaps.segment(detail, this.#tree.size);
    if (detail.role === 'open') {
      this.#treeCheck.opening(detail, this.#place());
      if (this.#options.endsFiles && this.#line !== 1) this.#verdict.fail('gaps', this.#place(), 'a segment begins in the middle of a file');
    } else if (detail.role === 'close') {
      this.#isClosed = this.#options.endsFiles;
    }
  }

  #placed(isEntry: boolean): Place {
    const id = isEntry ? ENTRY_ID.exec(this.#current?.raw ?? '')?.[1] : undefined;
    return { file: this.#file, line: this.#line, index: this.#tree.size, entry_id: id === undefined ? null : copied(id) };
  }

  #advance(hash: string): void {
    this.#tree.add(hash);
    if (this.#tree.size === this.#stopAt) this.#options.onStop?.();
  }
}
