import { TreeBuilder } from '../tree/tree-state.js';
import type { StoredLine } from '../verify/stored-line.js';
import type { Place } from '../verify/verdict.js';
import { parsePythonLine, type PythonEntry } from './python-entry.js';
import type { PythonVerdict } from './python-verdict.js';

/** Called for every entry. */
export type VisitPythonEntry = (entry: PythonEntry, place: Place) => void;

/** Judges lines in file order over all files of a trail, in constant memory. */
export class PythonChain {
  readonly #verdict: PythonVerdict;
  readonly #onEntry: VisitPythonEntry;
  readonly #onLine: () => void;
  readonly #tree = new TreeBuilder();
  #file = '';
  #line = 0;
  #entryId: string | null = null;
  #isFirstFile = true;
  #isFirstEntry = true;
  #lineEnd: '' | '\r' = '';
  #last = '';
  #lastTime = -Infinity;
  entries = 0;
  /** Files that begin a chain of their own. */
  chains = 0;
  /** Where the clock first went back. */
  clockBack: Place | null = null;
  /** The first entry of all continues one that is not here. */
  isHeadless = false;

  constructor(verdict: PythonVerdict, onLine: () => void, onEntry: VisitPythonEntry) {
    this.#verdict = verdict;
    this.#onLine = onLine;
    this.#onEntry = onEntry;
  }

  get size(): number {
    return this.#tree.size;
  }

  root(): string {
    return this.#tree.root();
  }

  startFile(file: string): void {
    this.#isFirstFile = this.#file === '';
    this.#file = file;
    this.#line = 0;
    this.#isFirstEntry = true;
  }

  visit(line: StoredLine): void {
    this.#line += 1;
    this.#entryId = null;
    this.#judge(line.text);
    this.#tree.add(line.leaf());
    this.#onLine();
  }

  #judge(text: string | null): void {
    if (text === null) {
      this.#fail('framing', 'the line is not UTF-8, or over 16 MiB');
      return;
    }
    const parsed = parsePythonLine(this.#withoutReturn(text));
    if (parsed.ok) this.#entry(parsed.entry);
    else this.#fail('framing', parsed.message);
  }

  /** The reference on Windows ends lines with CR LF: then the first line of the file does, and so must all. */
  #withoutReturn(text: string): string {
    if (this.#line === 1) this.#lineEnd = text.endsWith('\r') ? '\r' : '';
    if (this.#lineEnd === '') return text;
    if (text.endsWith('\r')) return text.slice(0, -1);
    this.#fail('framing', 'the line does not end in CR LF like the first one');
    return text;
  }

  #entry(entry: PythonEntry): void {
    this.entries += 1;
    // The reference writes 36 characters; a hostile text does not get into errors.
    this.#entryId = /^[\w-]{1,64}$/.test(entry.entryId) ? entry.entryId : null;
    for (const fault of entry.faults) this.#fail('schema', fault);
    if (entry.hash !== entry.entryHash) this.#fail('chain', 'entry_hash is not the hash of the entry');
    this.#link(entry.previousHash);
    this.#last = entry.entryHash;
    this.#isFirstEntry = false;
    this.#clock(entry.timestamp);
    this.#onEntry(entry, this.#place());
  }

  #link(previous: string): void {
    if (this.#isFirstEntry) {
      this.#linkFile(previous);
    } else if (previous === '') {
      const cause = 'entries were taken out, or the reference lost its place (a line over 64 KB, a backend without a path)';
      this.#fail('chain', `previous_hash is empty in the middle of a file: ${cause}`);
    } else if (previous !== this.#last) {
      const cause = 'entries were changed, moved or taken out, or two programs wrote to one file';
      this.#fail('chain', `previous_hash is not the hash of the entry before it: ${cause}`);
    }
  }

  /** After a rotation the reference goes on with the chain until it is started anew, and then begins one. */
  #linkFile(previous: string): void {
    if (previous === '') this.chains += 1;
    else if (this.#isFirstFile) this.isHeadless = true;
    else if (previous !== this.#last) {
      this.#fail('chain', 'the file neither begins a chain nor continues the file before it: a file or its end is missing');
    }
  }

  #clock(timestamp: string): void {
    const time = Date.parse(timestamp);
    if (time < this.#lastTime) this.clockBack ??= this.#place();
    if (!Number.isNaN(time)) this.#lastTime = time;
  }

  #fail(code: 'framing' | 'schema' | 'chain', message: string): void {
    this.#verdict.fail(code, this.#place(), message);
  }

  #place(): Place {
    return { file: this.#file, line: this.#line, index: this.#tree.size, entry_id: this.#entryId };
  }
}
