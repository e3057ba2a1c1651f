import type { Sink } from '../finding.js';
import type { Floors } from '../scan.js';

/** The value after a `:` or `=`, without its quotes. */
export interface WrittenValue {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** Nothing but a separator or the end of the line follows. */
  readonly last: boolean;
}

const longest = 1024;
const typeAnnotation = /(?:&(?:'static )?)?(?:str|string|String|SecretStr|text|any)(?:\s?\|\s?\w{1,12})?\s?=\s?/y;
const ownToken = /<[A-Z][A-Z0-9_]{0,63}>|\[HMAC:|\[SHA256:|⟦|\*\*\*/y;
const longestSign = 3;

/** Reads what follows the sign on its line; undefined when that is nothing, or a comparison. */
export function readValue(text: string, sign: number, floors: Floors, sink: Sink): WrittenValue | undefined {
  let i = sign + 1;
  const c = text.charCodeAt(i);
  if (text.charCodeAt(sign) === 0x3d && (c === 0x3d || c === 0x7e)) return undefined;
  while (i - sign <= longestSign && isSignUnit(text.charCodeAt(i))) i += 1; // `=>`, `:=`, `::=`
  i = skipSpaces(text, i);
  typeAnnotation.lastIndex = i;
  if (typeAnnotation.test(text)) i = typeAnnotation.lastIndex;
  if (/[bfru@$]/i.test(text.charAt(i)) && /["']/.test(text.charAt(i + 1))) i += 1;
  return quotedValue(text, i, sink) ?? bareValue(text, i, floors);
}

function isSignUnit(c: number): boolean {
  return c === 0x3d || c === 0x3a || c === 0x3e;
}

function skipSpaces(text: string, from: number): number {
  let i = from;
  while (i < from + 16 && (text.charCodeAt(i) === 0x20 || text.charCodeAt(i) === 0x09)) i += 1;
  return i;
}

/** `"…"`, `'…'` and, inside a JSON string, `\"…\"`. */
function quotedValue(text: string, at: number, sink: Sink): WrittenValue | undefined {
  const escaped = text.charCodeAt(at) === 0x5c;
  const open = escaped ? at + 1 : at;
  const quote = text.charCodeAt(open);
  if (quote !== 0x22 && quote !== 0x27 && quote !== 0x60) return undefined;
  const start = open + 1;
  const limit = Math.min(text.length, start + longest);
  for (let i = start; i < limit; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x0a || c === 0x0d) return undefined;
    if (c === 0x5c) {
      if (escaped && text.charCodeAt(i + 1) === quote) return hide(text, start, i);
      i += 1;
    } else if (c === quote) return hide(text, start, i);
  }
  // A longer text could close the quote, and then the value ends there and not at the next space.
  if (limit === text.length) sink.open(start);
  return undefined;
}

function hide(text: string, start: number, end: number): WrittenValue | undefined {
  return end > start ? { start, end: cutAtToken(text, start, end), quoted: true, last: true } : undefined;
}

/** A value that holds one of our own replacements ends there: it has been dealt with before. */
function cutAtToken(text: string, start: number, end: number): number {
  for (let i = start; i < end; i += 1) if (isOwnToken(text, i)) return i;
  return end;
}

function isOwnToken(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  if (c !== 0x3c && c !== 0x5b && c !== 0x2a && c !== 0x27e6) return false;
  ownToken.lastIndex = at;
  return ownToken.test(text);
}

function bareValue(text: string, at: number, floors: Floors): WrittenValue | undefined {
  let start = at;
  while (text.charCodeAt(start) === 0x22 || text.charCodeAt(start) === 0x27) start += 1;
  const limit = Math.min(text.length, start + longest);
  // Values that overlap share their end, so it is looked for once.
  let end = floors.stop > start ? Math.min(floors.stop, limit) : start;
  while (end < limit && !isStop(text, end)) end += 1;
  floors.stop = end;
  const stop = end;
  while (end > start && isCloser(text.charCodeAt(end - 1))) end -= 1;
  if (end === start) return undefined;
  return { start, end, quoted: false, last: isLast(text, stop) };
}

function isStop(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  if (c <= 0x20 || c === 0x22 || c === 0x27 || c === 0x60 || c === 0x3b || c === 0x26 || c === 0x3c) return true;
  return isOwnToken(text, at);
}

/** `,` `.` `)` `}` `]` `:` `\` at the end of a bare value belong to what surrounds it. */
function isCloser(c: number): boolean {
  return c === 0x2c || c === 0x2e || c === 0x29 || c === 0x7d || c === 0x5d || c === 0x3a || c === 0x5c || c === 0x3e;
}

function isLast(text: string, stop: number): boolean {
  const rest = skipSpaces(text, stop);
  const c = text.charCodeAt(rest);
  // What a replacement may have left counts as a word: it may have been one.
  return rest >= text.length || !(rest > stop && /[A-Za-z0-9<[*=+?|&!({]/.test(String.fromCharCode(c)));
}
