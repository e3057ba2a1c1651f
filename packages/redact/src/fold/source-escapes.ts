import { replaceCodePoint } from 'entities/decode';
import { isAlnum } from '../char-class.js';
import { namedReference } from './entities.js';
import { hexValue, none, pack, type Packed } from './packed.js';

const longestName = 33;

/** The escape that is spelled at `at` in full; what is itself encoded is put together on the tape. */
export function escapeAt(source: string, at: number): Packed {
  switch (source.charCodeAt(at)) {
    case 0x25:
      return percentEscape(source, at);
    case 0x26:
      return reference(source, at);
    case 0x5c:
      return backslashEscape(source, at);
    default:
      return none;
  }
}

function byteAt(source: string, at: number): number {
  if (source.charCodeAt(at) !== 0x25) return -1;
  const high = hexValue(source.charCodeAt(at + 1));
  const low = hexValue(source.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** One byte below 0x80, or a whole UTF-8 sequence (RFC 3629). */
function percentEscape(source: string, at: number): Packed {
  const lead = byteAt(source, at);
  if (lead < 0) return none;
  if (lead < 0x80) return pack(lead, 3);
  if (lead < 0xc2 || lead > 0xf4) return none;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  let point = lead & (0x7f >> size);
  for (let k = 1; k < size; k += 1) {
    const byte = byteAt(source, at + 3 * k);
    if (byte < 0x80 || byte > 0xbf) return none;
    point = point * 64 + (byte & 63);
  }
  return isScalar(point, size) ? pack(point, 3 * size) : none;
}

/** Neither written longer than need be nor half of a pair. */
export function isScalar(point: number, size: number): boolean {
  const least = size === 4 ? 0x10000 : size === 3 ? 0x800 : 0x80;
  return point >= least && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}

function reference(source: string, at: number): Packed {
  if (source.charCodeAt(at + 1) === 0x23) return numericReference(source, at);
  let end = at + 1;
  while (end < at + longestName && isAlnum(source.charCodeAt(end))) end += 1;
  if (end === at + 1 || source.charCodeAt(end) !== 0x3b) return none;
  const point = namedReference(source, at + 1, end);
  return point < 0 ? none : pack(point, end + 1 - at);
}

/** `&#64;`, `&#x40;` */
function numericReference(source: string, at: number): Packed {
  const hex = (source.charCodeAt(at + 2) | 32) === 0x78;
  const first = at + (hex ? 3 : 2);
  let point = 0;
  let end = first;
  for (; end < at + longestName; end += 1) {
    const digit = hexValue(source.charCodeAt(end));
    if (digit < 0 || (digit > 9 && !hex)) break;
    point = Math.min(point * (hex ? 16 : 10) + digit, 0x110000);
  }
  const half = point >= 0xd800 && point < 0xe000;
  if (end === first || source.charCodeAt(end) !== 0x3b || point === 0 || point > 0x10ffff || half) return none;
  return pack(replaceCodePoint(point), end + 1 - at);
}

function backslashEscape(source: string, at: number): Packed {
  const kind = source.charCodeAt(at + 1);
  if (kind !== 0x75 && kind !== 0x78) return none;
  const digits = kind === 0x75 ? 4 : 2;
  let point = 0;
  for (let i = at + 2; i < at + 2 + digits; i += 1) {
    const value = hexValue(source.charCodeAt(i));
    if (value < 0) return none;
    point = point * 16 + value;
  }
  return pack(point, digits + 2);
}
