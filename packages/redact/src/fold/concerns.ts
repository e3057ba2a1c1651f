import { isAlnum, isDigit, isRun } from '../char-class.js';
import { decisionOf, expansionOf } from './decisions.js';
import { ambiguous, dropped, kept, marking, neutral, pauseDash, rangeDash, special } from './look-alikes.js';

/** A letter, digit or sign that folds to something else. */
export const changed = 1;
/** A letter: it belongs to the word it stands in. */
export const lettered = 2;
/** A digit, written in whatever way. */
export const digital = 4;
/** `@`, `:`, `=` or what is folded to them: values stand beside it. */
export const pairing = 8;
/** `%`, `&` or a backslash, or what is folded to them: it may begin an escape. */
export const escaping = 16;
/** Leaves nothing behind, or belongs to what it stands on. */
export const hiding = 32;
/** A letter that stays: part of addresses only. */
export const staying = 64;
/** A hyphen, a line end or half of a pair: to be looked at by itself. */
export const other = 128;

/** Belongs to runs, and may begin something when it is doubled. */
const dash = changed | lettered | other;

// Concerns of UTF-16 units, decided the first time one is seen.
let table: Uint8Array | undefined;

/** The concerns of ASCII units, and of those beyond as far as they are decided; the rest are `undecided`. */
export function concerns(): Uint8Array {
  return (table ??= firstTable());
}

/** No unit has all concerns at once. */
export const undecided = 255;

function firstTable(): Uint8Array {
  const made = new Uint8Array(65_536).fill(undecided, 0x80).fill(other, 0xd800, 0xe000);
  for (let c = 0x30; c < 0x3a; c += 1) made[c] = digital;
  made[0x40] = made[0x3a] = made[0x3d] = pairing;
  made[0x25] = made[0x26] = made[0x5c] = escaping;
  made[0x2d] = made[0x0a] = other;
  return made;
}

/** What a unit beyond ASCII means for the text around it. */
export function concernOf(unit: number): number {
  const known = concerns();
  const found = known[unit] ?? 0;
  if (found !== undecided) return found;
  return (known[unit] = concernOfPoint(unit));
}

export function concernOfPoint(point: number): number {
  const code = decisionOf(point);
  switch (code) {
    case neutral:
      return 0;
    case kept:
      return staying;
    case dropped:
    case marking:
      return hiding;
    case special:
      return ofExpansion(expansionOf(point));
    case rangeDash:
    case pauseDash:
      return dash;
    default:
      // A letter that may be meant as a digit is one only beside other digits.
      return code < ambiguous ? ofSign(code) : changed | lettered;
  }
}

/** Signs that take more than one unit, or begin an escape. */
function ofExpansion(text: string): number {
  let all = changed;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    all |= c < 0x80 ? ofSign(c) : 0;
  }
  return all;
}

function ofSign(c: number): number {
  if (isDigit(c)) return changed | digital | lettered;
  if (isAlnum(c)) return changed | lettered;
  if (isRun(c)) return dash;
  if (c === 0x40 || c === 0x3a || c === 0x3d) return changed | pairing;
  if (c === 0x25 || c === 0x26 || c === 0x5c) return changed | escaping;
  return changed;
}
