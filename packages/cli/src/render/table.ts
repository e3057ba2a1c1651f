import { stripVTControlCharacters } from 'node:util';

export interface TableOptions {
  /** The last column is cut so that lines fit; whole by default. */
  readonly width?: number | undefined;
  readonly indent?: string;
}

/** A last column narrower than this says nothing; its lines wrap instead. */
const narrowest = 12;

/** Rows in aligned columns; the last one is ragged. Colours in the cells take no room. */
export function renderTable(rows: readonly (readonly string[])[], { width, indent = '' }: TableOptions = {}): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, shown(cell));
  }
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, indent.length);
  const room = width === undefined || width - before < narrowest ? undefined : width - before;
  return rows.map((row) => `${indent}${line(row, widths, room)}\n`).join('');
}

function line(row: readonly string[], widths: readonly number[], room: number | undefined): string {
  const cells = row.map((cell, i) => (i === widths.length - 1 ? cut(cell, room) : cell + ' '.repeat((widths[i] ?? 0) - shown(cell))));
  return cells.join('  ').trimEnd();
}

function shown(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

/** Cuts plain text to a number of UTF-16 units, never inside a character. */
export function cut(text: string, units: number | undefined): string {
  if (units === undefined || text.length <= units) return text;
  const end = units - 1;
  const inside = (text.codePointAt(end - 1) ?? 0) > 0xffff;
  return `${text.slice(0, inside ? end - 1 : end)}…`;
}
