import { isDigit, isHex, isWord } from '../char-class.js';
import type { Sink } from '../finding.js';

const longest = 45;
const zone = /%(?:25)?[A-Za-z0-9._-]{1,16}/y;

/** Reads the run of hex digits, `:` and `.` around a colon once; answers where the run ends. */
export function ip6Around(text: string, colon: number, floor: number, sink: Sink): number {
  let end = colon;
  let colons = 0;
  let gaps = 0;
  for (; end < text.length; end += 1) {
    const c = text.charCodeAt(end);
    if (c === 0x3a) {
      colons += 1;
      if (text.charCodeAt(end + 1) === 0x3a) gaps += 1;
    } else if (!isHex(c) && c !== 0x2e) break;
  }
  // Times, ratios and labels have few colons and none doubled.
  if (gaps === 0 ? colons < 7 : gaps > 1 || colons > 9) return end;
  const stop = end;
  let start = colon;
  while (start > floor && colon - start < 4 && isHex(text.charCodeAt(start - 1))) start -= 1;
  // A group with letters glued to it belongs to something else: the address is what is left without it.
  if (start > 0 && isWord(text.charCodeAt(start - 1))) {
    if ((gaps > 0 && text.charCodeAt(colon + 1) === 0x3a) || hasDigit(text, start, colon)) return stop;
    start = colon;
  }
  if (end < text.length && isWord(text.charCodeAt(end))) {
    end = text.lastIndexOf(':', end - 1) + 1;
    // `f32::MAX`: what follows belongs to the colons.
    if (text.charCodeAt(end - 2) === 0x3a) return stop;
  }
  if (text.charCodeAt(start) === 0x3a && text.charCodeAt(start + 1) !== 0x3a) start += 1;
  while (end > start && isTrailing(text, start, end)) end -= 1;
  if (end - start > longest || isGlued(text, start, end)) return stop;
  if (end - start === 2 ? !isAnyHost(text, start, end) : end - start < 3 || !isIp6(text, start, end)) return stop;
  let last = end;
  if (text.charCodeAt(end) === 0x25) {
    zone.lastIndex = end;
    if (zone.test(text)) last = zone.lastIndex;
  }
  sink.pii('ip_address', start, last);
  return stop;
}

function isTrailing(text: string, start: number, end: number): boolean {
  const c = text.charCodeAt(end - 1);
  return c === 0x2e || (c === 0x3a && !(end - 2 >= start && text.charCodeAt(end - 2) === 0x3a));
}

function isGlued(text: string, start: number, end: number): boolean {
  const before = start > 0 ? text.charCodeAt(start - 1) : 0x20;
  if (isWord(before) || before === 0x24) return true;
  // Before what a replacement may have left, open colons are as before a letter.
  if (text.charCodeAt(end - 1) === 0x3a && isReplaced(text.charCodeAt(end))) return true;
  // `items[1::2]` is a slice, `http://[::1]` an address.
  if (before === 0x5b && start > 1 && isSliceOwner(text.charCodeAt(start - 2)) && isSlice(text, start, end)) return true;
  if (text.charCodeAt(start) !== 0x3a) return false;
  // `<td>::1`: the tag of a page, which our own placeholders cannot be.
  if (before === 0x3e && isSmall(text.charCodeAt(start - 2)) && hasColon(text, start + 2, end)) return false;
  // What a replacement may have left counts as a letter, so that `Foo::1` stays code when Foo has been hidden.
  return before === 0x3e || before === 0x5d || before === 0x2a || before === 0x29 || before === 0x27e7 || before === 0x3f;
}

function isReplaced(c: number): boolean {
  return c === 0x3c || c === 0x5b || c === 0x2a || c === 0x27e6;
}

function isSmall(c: number): boolean {
  return c >= 97 && c <= 122;
}

function isSliceOwner(c: number): boolean {
  return isWord(c) || c === 0x5d || c === 0x29 || c === 0x3e || c === 0x2a;
}

function isSlice(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) {
    const c = text.charCodeAt(i);
    if (!isDigit(c) && c !== 0x3a) return false;
  }
  return true;
}

/** `::` means every host where a port or a mask follows: `[::]:80`, `::/0`. */
function isAnyHost(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start) !== 0x3a || text.charCodeAt(start + 1) !== 0x3a) return false;
  const next = text.charCodeAt(end);
  if (next === 0x2f) return isDigit(text.charCodeAt(end + 1));
  return next === 0x5d && text.charCodeAt(start - 1) === 0x5b && text.charCodeAt(end + 1) === 0x3a && isDigit(text.charCodeAt(end + 2));
}

/** RFC 4291 section 2.2: eight groups, or fewer around one `::`, the last two possibly dotted. */
function isIp6(text: string, start: number, end: number): boolean {
  let gap = -1;
  for (let i = start; i + 1 < end; i += 1) {
    if (text.charCodeAt(i) !== 0x3a || text.charCodeAt(i + 1) !== 0x3a) continue;
    if (gap >= 0) return false;
    gap = i;
  }
  if (gap < 0) return groupsOf(text, start, end, true) === 8 && !isBytes(text, start, end);
  const head = groupsOf(text, start, gap, false);
  const tail = groupsOf(text, gap + 2, end, true);
  if (head < 0 || tail < 0 || head + tail > 7 || head + tail === 0) return false;
  // `a::b` is more often a scope in source code than an address.
  return head + tail > 2 || hasDigit(text, start, end);
}

/** Eight pairs are a hardware address or a dump. */
function isBytes(text: string, start: number, end: number): boolean {
  if (end - start !== 23) return false;
  for (let i = start + 2; i < end; i += 3) if (text.charCodeAt(i) !== 0x3a) return false;
  return true;
}

/** Number of 16-bit groups in [from, to), -1 when one is malformed. */
function groupsOf(text: string, from: number, to: number, dottedEnd: boolean): number {
  let count = 0;
  let start = from;
  for (let i = from; i <= to && from < to; i += 1) {
    const c = i < to ? text.charCodeAt(i) : 0x3a;
    if (c === 0x2e) return dottedEnd && isDotted(text.slice(start, to)) ? count + 2 : -1;
    if (c !== 0x3a) continue;
    if (i === start || i - start > 4) return -1;
    count += 1;
    start = i + 1;
  }
  return count;
}

function hasColon(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (text.charCodeAt(i) === 0x3a) return true;
  return false;
}

function hasDigit(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (isDigit(text.charCodeAt(i))) return true;
  return false;
}

function isDotted(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}
