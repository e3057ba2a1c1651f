import type { Piece } from '../text/excerpt.js';
import type { Located } from '../text/text-scanner.js';
import { counted } from './amounts.js';
import { html, htmlLines } from './html.js';

const mostOnLine = 50;

/** The lines of one file with what was found in them, as HTML; findings near to each other share what is between. */
export class PageLines {
  readonly #values: boolean;
  readonly #most: number;
  /** As bytes: a part of a text would keep all of that text alive. */
  readonly #lines: Buffer[] = [];
  #line = 0;
  #parts: string[] = [];
  #end = 0;
  #isCutAfter = false;
  #onLine = 0;
  #leftOut = 0;

  constructor(values: boolean, most: number) {
    this.#values = values;
    this.#most = most;
  }

  get shown(): number {
    return this.#lines.length;
  }

  get leftOut(): number {
    return this.#leftOut;
  }

  add(finding: Located): void {
    const { line, excerpt } = finding;
    if (line !== this.#line) this.#begin(finding);
    if (excerpt === undefined || this.#lines.length >= this.#most) return;
    this.#onLine += 1;
    if (this.#onLine > mostOnLine) return;
    const pieces = this.#parts.length === 0 ? excerpt.pieces : excerpt.pieces.filter(({ start, end }) => end > this.#end && start >= 0);
    const isApart = this.#parts.length === 0 ? excerpt.isCutBefore : (pieces[0]?.start ?? this.#end) > this.#end;
    if (isApart) this.#parts.push(gap);
    for (const piece of pieces) this.#parts.push(this.#piece(piece, finding));
    this.#end = Math.max(this.#end, excerpt.pieces.at(-1)?.end ?? 0);
    this.#isCutAfter = excerpt.isCutAfter;
  }

  get html(): string {
    return this.#lines.map((line) => line.toString('utf8')).join('');
  }

  #begin({ line }: Located): void {
    this.close();
    this.#line = line;
    this.#end = 0;
    this.#onLine = 0;
    if (this.#lines.length >= this.#most) this.#leftOut += 1;
  }

  /** Ends the line that was begun. */
  close(): void {
    if (this.#parts.length === 0) return;
    const more = this.#onLine > mostOnLine ? ` <em class="soft">${counted(this.#onLine - mostOnLine, 'more finding')} on this line</em>` : '';
    const text = `${this.#parts.join('')}${this.#isCutAfter || more !== '' ? gap : ''}${more}`;
    this.#lines.push(Buffer.from(`<div><i>${String(this.#line)}</i><span>${text}</span></div>\n`, 'utf8'));
    this.#parts = [];
  }

  #piece({ start, end, text, found, value }: Piece, finding: Located): string {
    const [first] = found;
    // Text that the line shows already is not shown twice.
    if (first === undefined) return html(start < this.#end && this.#parts.length > 0 ? text.slice(this.#end - start) : text);
    const names = [...new Set(found.map(({ category }) => category))].join(', ');
    const tip = html(`${names}: line ${String(finding.line)}, column ${String(finding.column + start - finding.start)}, ${counted(end - start, 'character')}`);
    const shown = this.#values && value !== undefined ? htmlLines(value) : html(text);
    return `<mark class="${first.kind}" tabindex="0" data-tip="${tip}">${shown}</mark>`;
  }
}

const gap = '<b class="gap">…</b>';
