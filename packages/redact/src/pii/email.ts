import { isAlnum, isDigit, isHex, isLetter, signSet } from '../char-class.js';

export interface Span {
  readonly start: number;
  readonly end: number;
}

// RFC 5322 atext, less what shell, URL and Markdown text puts right before an address.
const localSigns = signSet(".!#$%'+-^_~");
const notHosts = /\.(?:png|jpe?g|gif|svg|webp|ico|css|s?css|html?|jsx?|tsx?|mjs|cjs|json|py|rb|java|cpp|yaml|yml|toml|lock|txt|pdf)$/i;
const addressLiteral = /\[(?:IPv6:)?[0-9a-fA-F.:]{3,45}\]/y;

/** The address around an `@`. Each character is visited at most twice over a whole text: walks stop at the next `@`. */
export function emailAt(text: string, at: number, wide: boolean): Span | undefined {
  const start = localStart(text, at, wide);
  if (start === at) return undefined;
  const end = hostEnd(text, at + 1, wide);
  if (end < 0) return undefined;
  const host = text.slice(at + 1, end);
  if (notHosts.test(host)) return undefined;
  // `git@github.com:owner/name` is a remote, not a person.
  if (at - start === 3 && text.startsWith('git', start) && text.charAt(end) === ':') return undefined;
  return { start, end };
}

function localStart(text: string, at: number, wide: boolean): number {
  if (text.charCodeAt(at - 1) === 0x22) return quotedStart(text, at);
  const unspaced = wide && isUnspaced(text.charCodeAt(at - 1));
  let start = at;
  while (start > 0) {
    const c = text.charCodeAt(start - 1);
    // A %XX is an encoded sign, not part of the name: the decoded text is scanned as well.
    if (c === 0x25 && isHex(text.charCodeAt(start)) && isHex(text.charCodeAt(start + 1)) && start + 2 <= at) {
      start = Math.min(at, start + 2);
      break;
    }
    if (!isLocal(c, wide, unspaced)) break;
    start -= 1;
  }
  while (start < at && !isAlnum(text.charCodeAt(start)) && text.charCodeAt(start) < 0x80) start += 1;
  return start;
}

function isLocal(c: number, wide: boolean, unspaced: boolean): boolean {
  if (c < 0x80) return isAlnum(c) || localSigns.has(c);
  return wide && isUnspaced(c) === unspaced;
}

/** Scripts written without spaces: a word of them right beside an ASCII address is prose, not part of it. */
function isUnspaced(c: number): boolean {
  return (c >= 0x0e00 && c < 0x0f00) || (c >= 0x3040 && c < 0xa000) || (c >= 0xac00 && c < 0xe000);
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

function hostEnd(text: string, from: number, wide: boolean): number {
  if (text.charCodeAt(from) === 0x5b) {
    addressLiteral.lastIndex = from;
    return addressLiteral.test(text) ? addressLiteral.lastIndex : -1;
  }
  let best = -1;
  let labelStart = from;
  for (let i = from; ; i += 1) {
    const c = i < text.length ? text.charCodeAt(i) : 0;
    if (isHost(c, wide)) continue;
    const end = labelEnd(text, labelStart, i);
    if (end < 0) break;
    if (labelStart > from && isTopLevel(text, labelStart, end)) best = end;
    if (c !== 0x2e || end < i) break;
    labelStart = i + 1;
  }
  return best;
}

function isHost(c: number, wide: boolean): boolean {
  return isAlnum(c) || c === 0x2d || (wide && c >= 0x80);
}

/** Where a label ends: before trailing hyphens, and before prose of an unspaced script. -1 when it is empty. */
function labelEnd(text: string, start: number, stop: number): number {
  let end = stop;
  while (end > start && text.charCodeAt(end - 1) === 0x2d) end -= 1;
  if (!isUnspaced(text.charCodeAt(start))) {
    for (let i = start; i < end; i += 1) if (isUnspaced(text.charCodeAt(i))) return i;
  }
  return end > start ? end : -1;
}

/** Not a number, at least two characters: `com`, `co`, `xn--p1ai`, and what is glued to it. */
function isTopLevel(text: string, start: number, end: number): boolean {
  const c = text.charCodeAt(start);
  return end - start >= 2 && !isDigit(c) && (isLetter(c) || c >= 0x80);
}
