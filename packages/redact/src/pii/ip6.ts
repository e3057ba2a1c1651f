import { isHex, isWord } from '../char-class.js';
import type { Sink } from '../finding.js';

const longest = 45;
const zone = /%[A-Za-z0-9._-]{1,16}/y;

/** Reads the run of hex digits, `:` and `.` around a colon once; answers where the run ends. */
export function ip6Around(text: string, colon: number, floor: number, sink: Sink): number {
  let start = colon;
  while (start > floor && colon - start < 4 && isHex(text.charCodeAt(start - 1))) start -= 1;
  let end = colon;
  while (end < text.length && isAddressUnit(text.charCodeAt(end))) end += 1;
  const stop = end;
  if (text.charCodeAt(start) === 0x3a && text.charCodeAt(start + 1) !== 0x3a) start += 1;
  while (end > start && isTrailing(text, start, end)) end -= 1;
  if (end - start > longest || end - start < 3 || isGlued(text, start, end)) return stop;
  if (!isIp6(text.slice(start, end))) return stop;
  zone.lastIndex = end;
  sink.pii('ip_address', start, zone.test(text) ? zone.lastIndex : end);
  return stop;
}

function isAddressUnit(c: number): boolean {
  return isHex(c) || c === 0x3a || c === 0x2e;
}

function isTrailing(text: string, start: number, end: number): boolean {
  const c = text.charCodeAt(end - 1);
  return c === 0x2e || (c === 0x3a && !(end - 2 >= start && text.charCodeAt(end - 2) === 0x3a));
}

function isGlued(text: string, start: number, end: number): boolean {
  const before = start > 0 ? text.charCodeAt(start - 1) : 0x20;
  if (isWord(before) || (end < text.length && isWord(text.charCodeAt(end)))) return true;
  if (text.charCodeAt(start) !== 0x3a) return false;
  // What a replacement may have left counts as a letter, so that `Foo::1` stays code when Foo has been hidden.
  if (before === 0x3e || before === 0x5d || before === 0x2a || before === 0x29) return true;
  // `items[::2]` is a slice, `http://[::1]` an address.
  return before === 0x5b && start > 1 && isSliceOwner(text.charCodeAt(start - 2));
}

function isSliceOwner(c: number): boolean {
  return isWord(c) || c === 0x5d || c === 0x29;
}

/** RFC 4291 section 2.2: eight groups, or fewer around one `::`, the last two possibly dotted. */
export function isIp6(address: string): boolean {
  const gap = address.indexOf('::');
  if (gap !== address.lastIndexOf('::')) return false;
  const head = groupsOf(gap < 0 ? address : address.slice(0, gap), gap < 0);
  const tail = gap < 0 ? 0 : groupsOf(address.slice(gap + 2), true);
  if (head < 0 || tail < 0) return false;
  if (gap < 0) return head === 8 && !/^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$/i.test(address);
  if (head + tail > 7 || head + tail === 0) return false;
  // `a::b` is more often a scope in source code than an address.
  return /\d/.test(address) || head + tail > 2;
}

/** Number of 16-bit groups, -1 when one is malformed. */
function groupsOf(text: string, dottedEnd: boolean): number {
  if (text === '') return 0;
  const groups = text.split(':');
  let count = 0;
  for (const [at, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) count += 1;
    else if (dottedEnd && at === groups.length - 1 && isDotted(group)) count += 2;
    else return -1;
  }
  return count;
}

function isDotted(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}
