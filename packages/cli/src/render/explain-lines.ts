import { readFileSync, statSync } from 'node:fs';
import { plainText } from './plain-text.js';

/** No policy is larger; a file that was swapped for something else is not read. */
const maxBytes = 2 * 1024 * 1024;
const width = 100;
/** What is kept in front of the place in a line that is too long to show. */
const before = 30;

export interface QuotedLine {
  readonly line: number;
  /** Safe for a terminal, and at most about 100 characters. */
  readonly text: string;
  /** Characters of `text` in front of the place. */
  readonly offset: number;
}

/** Lines of policy files, for quoting. */
export class PolicyLines {
  readonly #files = new Map<string, readonly string[]>();

  /** The line at `file:line:column`, or nothing for a file that cannot be read any more. */
  at(place: string | undefined): QuotedLine | undefined {
    const [, file, line, column] = /^(.*):(\d+):(\d+)$/s.exec(place ?? '') ?? [];
    if (file === undefined) return undefined;
    const text = this.#linesOf(file)[Number(line) - 1];
    if (text === undefined) return undefined;
    const at = Math.min(Number(column) - 1, text.length);
    const start = text.length <= width ? 0 : Math.max(0, at - before);
    const head = start === 0 ? '' : '…';
    const tail = text.length > start + width ? '…' : '';
    const lead = head + plainText(text.slice(start, at));
    return { line: Number(line), text: lead + plainText(text.slice(at, start + width)) + tail, offset: lead.length };
  }

  #linesOf(file: string): readonly string[] {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const lines = readLines(file);
    this.#files.set(file, lines);
    return lines;
  }
}

function readLines(file: string): readonly string[] {
  try {
    const stats = statSync(file);
    if (!stats.isFile() || stats.size > maxBytes) return [];
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  } catch {
    // The verdict stands without the quotation.
    return [];
  }
}
