/** Class of a UTF-16 unit: what the scanner stops at, and what token runs are made of. */
export const RUN = 1;
export const DIGIT = 2;
export const AT = 4;
export const PAIR = 8;
export const FOLD = 16;

/** Class of every UTF-16 unit: 64 KiB of which ordinary text touches two cache lines. */
export const charClass = buildTable();

function buildTable(): Uint8Array {
  const table = new Uint8Array(65_536).fill(FOLD, 128);
  for (let c = 48; c <= 57; c += 1) table[c] = DIGIT | RUN;
  for (let c = 65; c <= 90; c += 1) table[c] = table[c + 32] = RUN;
  table[0x5f] = table[0x2d] = RUN; // `_` and `-` belong to token runs
  table[0x40] = AT;
  table[0x3a] = table[0x3d] = PAIR;
  table[0x25] = table[0x26] = table[0x5c] = FOLD;
  return table;
}

export function isRun(c: number): boolean {
  return ((charClass[c] ?? 0) & RUN) !== 0;
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
