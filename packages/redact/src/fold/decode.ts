import { isAlnum, isHex } from '../char-class.js';
import { namedEntities } from './entities.js';
import { SpanTextBuilder, type SpanText } from './span-text.js';

/** Undoes one layer of %XX; bytes that form a UTF-8 sequence become its character. */
export function decodePercent(source: SpanText): SpanText {
  const { text } = source;
  const out = new SpanTextBuilder(source);
  for (let i = 0; i < text.length; ) {
    const byte = percentByte(text, i);
    if (byte < 0) {
      out.unit(text.charCodeAt(i), i, i + 1);
      i += 1;
    } else if (byte < 0x80) {
      out.unit(visible(byte), i, i + 3);
      i += 3;
    } else i = decodeSequence(text, i, byte, out);
  }
  return out.build();
}

function percentByte(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x25 || at + 2 >= text.length) return -1;
  const high = text.charCodeAt(at + 1);
  const low = text.charCodeAt(at + 2);
  return isHex(high) && isHex(low) ? hexValue(high) * 16 + hexValue(low) : -1;
}

function hexValue(c: number): number {
  return c <= 57 ? c - 48 : (c | 32) - 87;
}

/** One UTF-8 sequence (RFC 3629) in %XX; malformed bytes stay the characters they are. */
function decodeSequence(text: string, at: number, lead: number, out: SpanTextBuilder): number {
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  let point = lead & (0x7f >> size);
  for (let k = 1; k < size; k += 1) {
    const byte = percentByte(text, at + 3 * k);
    if (byte < 0x80 || byte > 0xbf) return literal(text, at, out);
    point = point * 64 + (byte & 63);
  }
  if (lead < 0xc2 || point > 0x10ffff || point < (smallest[size] ?? 0) || (point >= 0xd800 && point < 0xe000)) return literal(text, at, out);
  out.text(String.fromCodePoint(point), at, at + 3 * size);
  return at + 3 * size;
}

const smallest = [0, 0, 0x80, 0x800, 0x10000];

function literal(text: string, at: number, out: SpanTextBuilder): number {
  out.unit(text.charCodeAt(at), at, at + 1);
  return at + 1;
}

/** A decoded control character separates but never ends a line: findings stay on the line they are written on. */
function visible(code: number): number {
  return code < 0x20 || code === 0x7f ? 0x20 : code;
}

const longestEntity = 16;

/** Undoes one layer of HTML character references. */
export function decodeEntities(source: SpanText): SpanText {
  const { text } = source;
  const out = new SpanTextBuilder(source);
  for (let i = 0; i < text.length; ) {
    const end = text.charCodeAt(i) === 0x26 ? entityEnd(text, i) : -1;
    const decoded = end < 0 ? undefined : entityText(text, i, end);
    if (decoded === undefined) {
      out.unit(text.charCodeAt(i), i, i + 1);
      i += 1;
    } else {
      out.text(decoded, i, end);
      i = end;
    }
  }
  return out.build();
}

/** End of a reference, its `;` included when there is one (HTML accepts numeric ones without). */
function entityEnd(text: string, at: number): number {
  let end = at + 1;
  const limit = Math.min(text.length, at + longestEntity);
  if (text.charCodeAt(end) === 0x23) end += 1;
  while (end < limit && isAlnum(text.charCodeAt(end))) end += 1;
  if (text.charCodeAt(end) === 0x3b) return end + 1;
  return text.charCodeAt(at + 1) === 0x23 ? numericEnd(text, at) : -1;
}

function numericEnd(text: string, at: number): number {
  const hex = (text.charCodeAt(at + 2) | 32) === 0x78;
  let end = at + (hex ? 3 : 2);
  const first = end;
  const limit = Math.min(text.length, at + longestEntity);
  const fits = (c: number): boolean => (hex ? isHex(c) : c >= 48 && c <= 57);
  while (end < limit && fits(text.charCodeAt(end))) end += 1;
  return end > first ? end : -1;
}

function entityText(text: string, at: number, end: number): string | undefined {
  const stop = text.charCodeAt(end - 1) === 0x3b ? end - 1 : end;
  const name = text.slice(at + 1, stop);
  if (!name.startsWith('#')) return namedEntities.get(name);
  const hex = /^#[xX][0-9a-fA-F]{1,8}$/.test(name);
  if (!hex && !/^#\d{1,10}$/.test(name)) return undefined;
  const code = hex ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return String.fromCodePoint(code < 0x80 ? visible(code) : code);
}
