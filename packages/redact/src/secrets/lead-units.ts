import { isRun } from '../char-class.js';

/** What the units before a value can be, several at a time. */
export const QUOTE = 1;
/** Between a name and its value. */
export const SIGN = 2;
/** Behind a name, before the sign. */
export const CLOSER = 4;
/** Inside a name of several words. */
export const NAME = 8;
/** Between two pairs. */
export const BETWEEN = 16;
/** What base64 and paths glue their runs with. */
export const GLUE = 32;
/** A run or its glue. */
export const PIECE = 64;

const units = buildTable();

function buildTable(): Uint8Array {
  const table = Uint8Array.from({ length: 128 }, (_, c) => (isRun(c) ? NAME | PIECE : 0));
  const add = (kind: number, signs: string): void => {
    for (const sign of signs) table[sign.charCodeAt(0)] = (table[sign.charCodeAt(0)] ?? 0) | kind;
  };
  add(QUOTE, '"\'`');
  add(SIGN, '=:>,(|?+.-~^<');
  add(CLOSER, '"\'`\\])[ \t*');
  add(NAME, ' ._-$@/#\t');
  add(BETWEEN, ' ,"\'`\\{\t');
  add(GLUE | PIECE, '/+.~');
  return table;
}

export function isOf(kind: number, c: number): boolean {
  return ((units[c] ?? 0) & kind) !== 0;
}

export function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x09;
}
