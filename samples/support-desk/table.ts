import type { Paint } from './paint.js';

type Tint = (text: string) => string;

/** One cell: its lines as they are measured, and how each of them is coloured. */
export interface Cell {
  readonly text: string;
  /** Goes under the text, dimmed. */
  readonly note?: string;
  readonly tint?: Tint;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
}

const gap = '  ';
const plain: Tint = (text) => text;

/** A table of fixed columns whose rows are printed one by one, as they happen; cells wrap. */
export class Table {
  readonly #columns: readonly Column[];
  readonly #paint: Paint;

  constructor(columns: readonly Column[], paint: Paint) {
    this.#columns = columns;
    this.#paint = paint;
  }

  get width(): number {
    return this.#columns.reduce((sum, { width }) => sum + width, (this.#columns.length - 1) * gap.length);
  }

  head(): string {
    const titles = this.row(this.#columns.map(({ title }) => ({ text: title, tint: this.#paint.bold })));
    return `${titles}\n${this.#paint.dim('─'.repeat(this.width))}`;
  }

  row(cells: readonly Cell[]): string {
    const columns = this.#columns.map((column, i) => this.#lines(column, cells[i] ?? { text: '' }));
    const height = Math.max(...columns.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      columns
        .map((lines, i) => lines[line] ?? ' '.repeat(this.#columns[i]?.width ?? 0))
        .join(gap)
        .trimEnd(),
    ).join('\n');
  }

  #lines({ width, right }: Column, { text, note, tint = plain }: Cell): readonly string[] {
    const padded = (line: string): string => (right === true ? line.padStart(width) : line.padEnd(width));
    const lines = wrapped(text, width).map((line) => tint(padded(line)));
    const under = note === undefined ? [] : wrapped(note, width).map((line) => this.#paint.dim(padded(line)));
    return [...lines, ...under];
  }
}

/** Breaks between words; a word that is wider than the column is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const fits = line === '' ? word : `${line} ${word}`;
    if (fits.length <= width) {
      line = fits;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word.length <= width ? word : `${word.slice(0, width - 1)}…`;
  }
  return [...lines, line];
}
