/** Bits the scanner steers by; everything without a bit is skipped. */
export const LETTER = 1;
export const DIGIT = 2;
export const RUN = LETTER | DIGIT;
export const AT = 4;
export const PAIR = 8;
export const FOLD = 16;

/** Class of every UTF-16 unit: 64 KiB of which ordinary text touches two cache lines. */
export const charClass = buildTable();

function buildTable(): Uint8Array {
  const table = new Uint8Array(65_536).fill(FOLD, 128);
  for (let c = 48; c <= 57; c += 1) table[c] = DIGIT;
  for (let c = 65; c <= 90; c += 1) table[c] = table[c + 32] = LETTER;
  table[0x5f] = table[0x2d] = LETTER; // `_` and `-` belong to token runs
  table[0x40] = AT;
  table[0x3a] = table[0x3d] = PAIR;
  table[0x25] = table[0x26] = FOLD;
  return table;
}

export function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

export function isLetter(c: number): boolean {
  const lower = c | 32;
  return lower >= 97 && lower <= 122;
}

export function isAlnum(c: number): boolean {
  return isDigit(c) || isLetter(c);
}

/** Letters, digits and `_`: what a number may not be glued to. */
export function isWord(c: number): boolean {
  return isAlnum(c) || c === 0x5f;
}

export function isHex(c: number): boolean {
  const lower = c | 32;
  return isDigit(c) || (lower >= 97 && lower <= 102);
}
