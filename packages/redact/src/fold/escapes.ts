import { replaceCodePoint } from 'entities/decode';
import { isAlnum, isDigit, isHex } from '../char-class.js';
import { longestUnclosed, namedReference, unclosedReference } from './entities.js';
import { hexValue, none, pack, type Packed } from './packed.js';
import { isScalar } from './source-escapes.js';
import type { Tape } from './tape.js';

const percent = 0x25;
const backslash = 0x5c;
const longestName = 34;

/**
 * The escape that the unit just written completes. Looking back from its end undoes nested encodings in one pass:
 * `%2540` leaves `%40` on the tape, whose `0` completes an escape again.
 */
export function completed(tape: Tape, c: number): Packed {
  if (isHex(c)) return isHex(tape.before(2)) ? hexadecimal(tape) : none;
  if (c === 0x3b) return reference(tape);
  if (c === 0x7d) return braced(tape);
  if ((c === 0x2f || c === backslash) && tape.before(2) === backslash && tape.length - 2 >= tape.from) return pack(c, 2);
  return none;
}

/** `%XX`, `%uXXXX`, `\xXX`, `\uXXXX`, `\UXXXXXXXX`, `\100`. */
function hexadecimal(tape: Tape): Packed {
  const lead = tape.before(3);
  if (lead === percent) return percentEncoded(tape);
  if (lead === 0x78) return tape.before(4) === backslash ? pointEscape(tape, 2) : none;
  if (tape.before(4) === backslash) return octal(tape);
  if (!isHex(lead) || !isHex(tape.before(4))) return none;
  const sign = tape.before(6);
  if (tape.before(5) === 0x75 && (sign === backslash || sign === percent)) return pointEscape(tape, 4);
  return tape.before(9) === 0x55 && tape.before(10) === backslash ? pointEscape(tape, 8) : none;
}

function pointEscape(tape: Tape, digits: number): Packed {
  const point = tape.length - digits - 2 < tape.from ? -1 : number(tape, tape.length - digits, tape.length, 16);
  return point < 0 || point > 0x10ffff ? none : pack(point, digits + 2);
}

/** The number that tape units [from, to) spell, -1 when they do not. */
function number(tape: Tape, from: number, to: number, radix: 10 | 16): number {
  let value = 0;
  for (let i = from; i < to; i += 1) {
    const digit = hexValue(tape.units[i] ?? 0);
    if (digit < 0 || digit >= radix) return -1;
    value = Math.min(value * radix + digit, 0x110000);
  }
  return value;
}

/** Bytes that form a UTF-8 sequence become its character once the last one is there; others stay what they are. */
function percentEncoded(tape: Tape): Packed {
  const last = byteBefore(tape, 0);
  if (last < 0) return none;
  if (last < 0x80) return pack(last, 3);
  if (last > 0xbf) return none;
  let point = last & 63;
  for (let k = 1; k < 4; k += 1) {
    const byte = byteBefore(tape, k);
    if (byte < 0x80) return none;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      point += (byte & (0x7f >> size)) << (6 * k);
      return size === k + 1 && isScalar(point, size) ? pack(point, 3 * size) : none;
    }
    point += (byte & 63) << (6 * k);
  }
  return none;
}

/** The byte of the percent escape `back` escapes before the last one, -1 when there is none. */
function byteBefore(tape: Tape, back: number): number {
  const at = tape.length - 3 * (back + 1);
  return at < tape.from || tape.units[at] !== percent ? -1 : number(tape, at + 1, at + 3, 16);
}

/** `\100`: three digits, as in C, Python and Bash; signs and letters only. */
function octal(tape: Tape): Packed {
  if (tape.length - 4 < tape.from) return none;
  const [high, middle, low] = [tape.before(3) - 0x30, tape.before(2) - 0x30, tape.before(1) - 0x30];
  if (high < 0 || high > 1 || middle < 0 || middle > 7 || low < 0 || low > 7) return none;
  const value = high * 64 + middle * 8 + low;
  return value > 0x20 && value < 0x7f ? pack(value, 4) : none;
}

/** `\u{40}`, `\x{40}`. */
function braced(tape: Tape): Packed {
  const end = tape.length - 1;
  let at = end;
  while (at > tape.from && end - at < 8 && isHex(tape.units[at - 1] ?? 0)) at -= 1;
  const kind = tape.units[at - 2];
  if (at === end || at - 3 < tape.from || tape.units[at - 1] !== 0x7b || (kind !== 0x75 && kind !== 0x78) || tape.units[at - 3] !== backslash) return none;
  const point = number(tape, at, end, 16);
  return point > 0x10ffff ? none : pack(point, tape.length - at + 3);
}

/** `&name;`, `&#64;`, `&#x40;` */
function reference(tape: Tape): Packed {
  const at = tape.ampersand;
  const end = tape.length - 1;
  if (at < tape.from || end - at < 2 || end - at > longestName) return none;
  tape.ampersand = -1;
  if (tape.units[at + 1] === 0x23) return numeric(tape, at, end, end + 1);
  for (let i = at + 1; i < end; i += 1) if (!isAlnum(tape.units[i] ?? 0)) return none;
  const name = tape.written(at + 1, end);
  const point = namedReference(name, 0, name.length);
  return point < 0 ? none : pack(point, end + 1 - at);
}

function numeric(tape: Tape, at: number, end: number, after: number): Packed {
  const hex = ((tape.units[at + 2] ?? 0) | 32) === 0x78;
  const first = at + (hex ? 3 : 2);
  const point = first < end ? number(tape, first, end, hex ? 16 : 10) : -1;
  if (point <= 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return none;
  return pack(replaceCodePoint(point), after - at);
}

/** A reference without `;` that ends before `c`, which has not been written yet (HTML 13.2.5.72 to 13.2.5.80). */
export function unclosedBefore(tape: Tape, c: number): Packed {
  const at = tape.ampersand;
  const size = tape.length - at;
  if (at < tape.from || c === 0x3b) return none;
  // What follows may still become a digit of the reference.
  const nested = c === percent || c === backslash;
  if (size > longestName) return stop(tape);
  if (size === 1) return isAlnum(c) || c === 0x23 || nested ? none : stop(tape);
  if (tape.units[at + 1] === 0x23) {
    if (nested || continuesNumber(tape, at, c)) return none;
    const escape = numeric(tape, at, tape.length, tape.length);
    return escape === none ? stop(tape) : escape;
  }
  const digit = isDigit(c);
  if (isAlnum(c) && !digit) return none;
  // In a query the name belongs to the next parameter.
  const point = c === 0x3d || size < 3 || size > longestUnclosed + 1 ? -1 : unclosedReference(tape.units, at + 1, tape.length);
  if (point >= 0) return pack(point, size);
  return digit || nested ? none : stop(tape);
}

function continuesNumber(tape: Tape, at: number, c: number): boolean {
  if (tape.length - at === 2) return isDigit(c) || (c | 32) === 0x78;
  return ((tape.units[at + 2] ?? 0) | 32) === 0x78 ? isHex(c) : isDigit(c);
}

function stop(tape: Tape): Packed {
  tape.ampersand = -1;
  return none;
}
