import { isDigit, isHex, isWord } from '../char-class.js';
import type { Sink } from '../finding.js';

const longest = 45;
const slice = /^\d{0,6}::\d{0,6}$/;
const zone = /%[A-Za-z0-9._-]{1,16}/y;

/** Reads the run of hex digits, `:` and `.` around a colon once; answers where the run ends. */
export function ip6Around(text: string, colon: number, floor: number, sink: Sink): number {
  let start = colon;
  while (start > floor && colon - start < 4 && isHex(text.charCodeAt(start - 1))) start -= 1;
  let end = colon;
  let colons = 0;
  for (let c = text.charCodeAt(end); end < text.length && isAddressUnit(c); c = text.charCodeAt(end)) {
    if (c === 0x3a) colons += 1;
    end += 1;
  }
  const stop = end;
  // Times, ratios and labels have few colons and none doubled.
  if (colons < 7 && !hasGap(text, start, stop)) return stop;
  // A group with letters glued to it belongs to something else: the address is what is left without it.
  if (start > 0 && isWord(text.charCodeAt(start - 1))) start = Math.min(colon, end);
  if (end < text.length && isWord(text.charCodeAt(end))) end = text.lastIndexOf(':', end - 1) + 1;
  if (text.charCodeAt(start) === 0x3a && text.charCodeAt(start + 1) !== 0x3a) start += 1;
  while (end > start && isTrailing(text, start, end)) end -= 1;
  if (end - start > longest || end - start < 3 || isGlued(text, start, end)) return stop;
  if (!isIp6(text.slice(start, end))) return stop;
  zone.lastIndex = end;
  sink.pii('ip_address', start, zone.test(text) ? zone.lastIndex : end);
  return stop;
}

function hasGap(text: string, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i += 1) if (text.charCodeAt(i) === 0x3a && text.charCodeAt(i - 1) === 0x3a) return true;
  return false;
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
  if (isWord(before) || (text.charCodeAt(end - 1) !== 0x3a && end < text.length && isWord(text.charCodeAt(end)))) return true;
  // `items[1::2]` is a slice, `http://[::1]` an address.
  if (before === 0x5b && start > 1 && isSliceOwner(text.charCodeAt(start - 2)) && slice.test(text.slice(start, end))) return true;
  if (text.charCodeAt(start) !== 0x3a) return false;
  // What a replacement may have left counts as a letter, so that `Foo::1` stays code when Foo has been hidden.
  return before === 0x3e || before === 0x5d || before === 0x2a || before === 0x29;
}

function isSliceOwner(c: number): boolean {
  return isWord(c) || c === 0x5d || c === 0x29 || c === 0x3e || c === 0x2a;
}

/** RFC 4291 section 2.2: eight groups, or fewer around one `::`, the last two possibly dotted. */
export function isIp6(address: string): boolean {
  const gap = address.indexOf('::');
  if (gap >= 0 && address.includes('::', gap + 1)) return false;
  if (gap < 0) return groupsOf(address, 0, address.length, true) === 8 && !/^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$/i.test(address);
  const head = groupsOf(address, 0, gap, false);
  const tail = groupsOf(address, gap + 2, address.length, true);
  if (head < 0 || tail < 0 || head + tail > 7 || head + tail === 0) return false;
  // `a::b` is more often a scope in source code than an address.
  return head + tail > 2 || hasDigit(address);
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

function hasDigit(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (isDigit(text.charCodeAt(i))) return true;
  return false;
}

function isDotted(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}
