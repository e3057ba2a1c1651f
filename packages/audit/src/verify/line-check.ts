import { parseSegment, parseTorn, spanKey } from '../entry/detail.js';
import { leafHash, TreeBuilder, type TreeState } from '../tree/tree-state.js';
import type { AuditEntry } from '../entry/entry.js';
import { entryStart } from '../entry/glance.js';
import { HashSet } from './hash-set.js';
import type { StoredLine } from '../trail/line-splitter.js';
import { parseLine } from '../entry/parse-line.js';
import type { Verdict } from './verdict.js';

const MAX_TORN = 10_000;

interface WriterState {
  sequence: number;
  hash: string;
}

interface Torn {
  readonly file: string;
  readonly line: number;
}

/** Called for every entry with its recomputed hash. */
export type VisitEntry = (entry: AuditEntry, hash: string, file: string, line: number) => void;

/** Judges lines in file order, over all segments, with no more memory than writers and hash prefixes take. */
export class LineCheck {
  readonly #verdict: Verdict;
  readonly #isShortened: boolean;
  readonly #onHead: () => void;
  readonly #onEntry: VisitEntry;
  readonly #writers = new Map<string, WriterState>();
  readonly #hashes = new HashSet();
  readonly #torn = new Map<string, Torn>();
  readonly #tree: TreeBuilder;
  #file = '';
  #line = 0;
  #segment = 0;
  #isClosed = false;
  entries = 0;
  recovered = 0;
  /** The highest segment that an entry says was deleted. */
  removedThrough = 0;

  constructor(verdict: Verdict, start: TreeState, onHead: () => void, onEntry: VisitEntry) {
    this.#verdict = verdict;
    this.#isShortened = start.size > 0;
    this.#tree = new TreeBuilder(start);
    this.#onHead = onHead;
    this.#onEntry = onEntry;
  }

  get size(): number {
    return this.#tree.size;
  }

  root(): string {
    return this.#tree.root();
  }

  state(): TreeState {
    return this.#tree.state();
  }

  get writers(): number {
    return this.#writers.size;
  }

  /** Whether the current file has its closing line. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  startFile(file: string, segment: number): void {
    this.#file = file;
    this.#segment = segment;
    this.#line = 0;
    this.#isClosed = false;
  }

  visit(line: StoredLine): void {
    if (this.#isClosed) return;
    this.#line += 1;
    const parsed = line.text === null ? null : parseLine(line.text);
    if (parsed?.ok === true) this.#entry(parsed.entry, parsed.hash);
    else this.#malformed(line, parsed);
  }

  /** Reports the torn lines nobody vouched for. */
  end(): void {
    for (const { file, line } of this.#torn.values()) {
      this.#verdict.fail('framing', file, line, 'the line is cut off or not an entry, and no recovery entry vouches for it');
    }
  }

  #malformed(line: StoredLine, parsed: { readonly message: string; readonly torn: boolean } | null): void {
    const bytes = line.bytes();
    const start = bytes === null ? -1 : entryStart(bytes.toString('latin1'));
    if (bytes !== null && start > 0) {
      // A writer that had looked just before a crash may have added its entry to the torn line.
      const rest = bytes.subarray(start);
      const glued = parseLine(rest.toString('utf8'));
      if (glued.ok && Buffer.from(rest.toString('utf8')).equals(rest)) {
        this.#tear(line.offset, start, leafHash(bytes.subarray(0, start)));
        this.#entry(glued.entry, glued.hash);
        return;
      }
    }
    if (parsed !== null && !parsed.torn) {
      this.#verdict.fail('schema', this.#file, this.#line, parsed.message);
      this.#advance(line.leaf());
      return;
    }
    this.#tear(line.offset, line.length, line.leaf());
  }

  #tear(offset: number, length: number, hash: string): void {
    this.#advance(hash);
    if (this.#torn.size >= MAX_TORN) {
      this.#verdict.fail('framing', this.#file, this.#line, 'too many lines are cut off or not entries');
      return;
    }
    const span = { length, offset, segment: this.#segment, hash };
    this.#torn.set(spanKey(span), { file: this.#file, line: this.#line });
  }

  #entry(entry: AuditEntry, hash: string): void {
    this.entries += 1;
    if (hash !== entry.entry_hash) this.#fail('chain', 'entry_hash is not the hash of the line');
    this.#link(entry);
    this.#hashes.add(entry.entry_hash);
    if (entry.kind !== 'call') this.#note(entry);
    this.#advance(hash);
    this.#onEntry(entry, hash, this.#file, this.#line);
  }

  #link(entry: AuditEntry): void {
    const writer = this.#writers.get(entry.writer_id);
    if (writer === undefined) {
      this.#writers.set(entry.writer_id, { sequence: entry.sequence, hash: entry.entry_hash });
      // In a trail whose oldest segments were deleted, a writer's first entry may link into those.
      if (this.#isShortened) return;
      if (entry.sequence !== 1) this.#fail('order', `the writer's first entry has sequence ${String(entry.sequence)}`);
      if (entry.previous_hash !== '') this.#fail('chain', "the writer's first entry links to an entry before it");
    } else {
      if (entry.sequence !== writer.sequence + 1) {
        this.#fail('order', `expected sequence ${String(writer.sequence + 1)}, got ${String(entry.sequence)}`);
      }
      if (entry.previous_hash !== writer.hash) this.#fail('chain', "previous_hash is not the hash of the writer's entry before it");
      writer.sequence = entry.sequence;
      writer.hash = entry.entry_hash;
    }
    if (entry.seen !== null && !this.#hashes.has(entry.seen)) this.#fail('links', 'the entry seen by this writer is not before it');
  }

  #note(entry: AuditEntry): void {
    if (entry.kind === 'recovery') {
      const span = parseTorn(entry.detail);
      if (span === null) this.#fail('schema', 'detail of the recovery entry is not what schema version 1 says');
      else if (this.#torn.delete(spanKey(span))) this.recovered += 1;
    } else if (entry.kind === 'segment') {
      const detail = parseSegment(entry.detail);
      if (detail === null) this.#fail('schema', 'detail of the segment entry is not what schema version 1 says');
      else if (detail.role === 'removed') this.removedThrough = Math.max(this.removedThrough, detail.through);
      else if (detail.role === 'close') this.#isClosed = true;
      else if (this.#line !== 1) this.#fail('segments', 'a segment begins in the middle of a file');
    }
  }

  #fail(code: 'chain' | 'order' | 'links' | 'schema' | 'segments', message: string): void {
    this.#verdict.fail(code, this.#file, this.#line, message);
  }

  #advance(hash: string): void {
    this.#tree.add(hash);
    this.#onHead();
  }
}
