import { isAlnum, isHex, isLetter } from '../char-class.js';
import { hostEnd, isForeign, isUnspaced } from './email-host.js';

export interface Span {
  readonly start: number;
  readonly end: number;
}

// RFC 5321 allows 64 octets; generators write more, and without a bound a line of letters would be read again and again.
const longestLocal = 120;
const longestUrl = 96;

/** RFC 5322 atext, less what shell, URL and Markdown text puts right before an address. */
const local = new Uint8Array(128);
for (let c = 0; c < 128; c += 1) local[c] = isAlnum(c) || ".!#$%'+-^_~".includes(String.fromCharCode(c)) ? 1 : 0;

/** The address around an `@`. Each character is visited at most twice over a whole text: walks stop at the next `@`. */
export function emailAt(text: string, at: number, wide: boolean): Span | undefined {
  const before = text.charCodeAt(at - 1);
  if (before < 0x80 && local[before] === 0 && before !== 0x22) return undefined;
  const start = localStart(text, at, wide);
  if (start === at) return undefined;
  const end = hostEnd(text, at + 1, wide);
  if (end < 0 || isRemote(text, start, at, end) || isCode(text, start, at, end) || isUserinfo(text, start)) return undefined;
  return { start, end };
}

function localStart(text: string, at: number, wide: boolean): number {
  if (text.charCodeAt(at - 1) === 0x22) return quotedStart(text, at);
  const unspaced = isUnspaced(text.charCodeAt(at - 1));
  const limit = Math.max(0, at - longestLocal);
  let start = at;
  while (start > limit) {
    const c = text.charCodeAt(start - 1);
    if (c >= 0x80 ? !isForeign(c, wide) || isUnspaced(c) !== unspaced : local[c] !== 1) break;
    // A %XX is an encoded sign, not part of the name: the decoded text is scanned as well.
    if (c === 0x25 && isHex(text.charCodeAt(start)) && isHex(text.charCodeAt(start + 1)) && start + 2 <= at) {
      start = Math.min(at, start + 2);
      break;
    }
    // `write to...john@` is prose before a name.
    if (c === 0x2e && text.charCodeAt(start) === 0x2e && text.charCodeAt(start - 2) === 0x2e) break;
    start -= 1;
  }
  while (start < at && text.charCodeAt(start) < 0x80 && !isNameStart(text.charCodeAt(start))) start += 1;
  return start;
}

function isNameStart(c: number): boolean {
  return isAlnum(c) || c === 0x5f;
}

/** `"john doe"@example.com`: the quotes belong to the address (RFC 5321: at most 64 octets). */
function quotedStart(text: string, at: number): number {
  const limit = Math.max(0, at - 66);
  for (let i = at - 2; i >= limit; i -= 1) {
    const c = text.charCodeAt(i);
    if (c === 0x0a || c === 0x0d) return at;
    if (c === 0x22 && text.charCodeAt(i - 1) !== 0x5c) return i < at - 2 ? i : at;
  }
  return at;
}

/** `git@github.com:owner/name` and `host:/path` of a remote copy name machines, not people. */
function isRemote(text: string, start: number, at: number, end: number): boolean {
  if (at - start === 3 && text.startsWith('git', start)) return true;
  if (end >= text.length || text.charCodeAt(end) !== 0x3a) return false;
  const next = text.charCodeAt(end + 1);
  return next === 0x7e || (next === 0x2f && text.charCodeAt(end + 2) !== 0x2f);
}

/** `x@w.view`, `a@b.transpose(0)`: operators between short names. */
function isCode(text: string, start: number, at: number, end: number): boolean {
  if (text.charCodeAt(end) === 0x28 && (at - start < 3 || isWordy(text, at + 1, end))) return true;
  return at - start === 1 && text.charCodeAt(at + 2) === 0x2e && end - at > 6 && isLetter(text.charCodeAt(start));
}

/** A call of a method: the label before the bracket is longer than most top-level domains. */
function isWordy(text: string, from: number, end: number): boolean {
  return end - text.lastIndexOf('.', end - 1) > 5 && end - from < 64;
}

/** The password or name in `scheme://name:password@host` is no mailbox. */
function isUserinfo(text: string, start: number): boolean {
  const c = start > 0 ? text.charCodeAt(start - 1) : 0;
  if (c !== 0x2f && c !== 0x3a && c !== 0x40) return false;
  const limit = Math.max(1, start - longestUrl);
  let ats = 0;
  for (let i = start - 1; i >= limit; i -= 1) {
    const unit = text.charCodeAt(i);
    if (unit === 0x2f) return text.charCodeAt(i - 1) === 0x2f && text.charCodeAt(i - 2) === 0x3a && !text.startsWith('mailto', i - 8);
    if (unit === 0x40) ats += 1;
    if (ats > 1 || unit <= 0x20 || unit === 0x22 || unit === 0x27 || unit === 0x3c || unit === 0x28 || unit === 0x2c || unit === 0x3b || unit === 0x7c) return false;
  }
  return false;
}
