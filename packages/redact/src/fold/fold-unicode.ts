import { isDigit } from '../char-class.js';
import { confusables, softDashes } from './confusables.js';
import { SpanTextBuilder, type SpanText } from './span-text.js';

const unknown = 0;
const dropped = 0xffff;
const slow = 0xfffe;
const marking = 0xfffd;
/** Stands for a symbol that is no letter, digit or ASCII sign: it only separates. */
const neutral = 1;

// Zero-width, bidi, variation selectors, combining grapheme joiner, tags, soft hyphen: nothing a reader sees.
const invisible =
  // eslint-disable-next-line no-misleading-character-class -- each is meant alone
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\u{e0000}-\u{e0fff}\u{1d173}-\u{1d17a}]/u;
const mark = /^\p{M}$/u;
const letterOrNumber = /^[\p{L}\p{N}]$/u;
const decimal = /^\p{Nd}$/u;
const space = /^[\p{Z}\u0085]$/u;

// One decision per BMP unit, made the first time it is seen; decisions are pure, so sharing them is safe.
let decisions: Uint16Array | undefined;

/** Folds what looks like ASCII to ASCII: NFKC per cluster, look-alikes, digits and spaces of all scripts; drops the invisible. */
export function foldUnicode(source: SpanText): SpanText {
  const { text } = source;
  const table = (decisions ??= new Uint16Array(65_536));
  const out = new SpanTextBuilder(source);
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    const next = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
    if (next < 0x300 && code < 0x80) {
      out.unit(code, i, i + 1);
      i += 1;
      continue;
    }
    const to = code < 0x80 ? code : decision(table, code);
    if (to === slow || to === marking || (next >= 0x300 && decision(table, next) === marking)) i = foldCluster(text, i, table, out);
    else {
      if (to !== dropped) out.unit(to, i, i + 1);
      i += 1;
    }
  }
  return out.build();
}

function decision(table: Uint16Array, code: number): number {
  const known = table[code] ?? unknown;
  if (known !== unknown) return known;
  const made = decide(String.fromCharCode(code));
  table[code] = made;
  return made;
}

function decide(letter: string): number {
  const code = letter.charCodeAt(0);
  if ((code >= 0xd800 && code <= 0xdfff) || softDashes.has(letter)) return slow;
  const folded = foldPoint(letter);
  if (folded === '') return dropped;
  if (mark.test(letter)) return marking;
  return folded.length === 1 ? folded.charCodeAt(0) : slow;
}

/** One code point, compatibility-folded: '' when invisible. */
function foldPoint(point: string): string {
  if (invisible.test(point)) return '';
  let out = '';
  for (const part of point.normalize('NFKC')) out += foldPart(part);
  return out;
}

function foldPart(part: string): string {
  if (part < '\x80') return part;
  const alike = confusables.get(part);
  if (alike !== undefined) return alike;
  if (decimal.test(part)) return String(decimalValue(part));
  if (space.test(part)) return ' ';
  return letterOrNumber.test(part) ? part : String.fromCharCode(neutral);
}

/** Decimal digits stand in runs of ten that start at a multiple of the zero of their script (Unicode 4.6). */
function decimalValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && decimal.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (code - zero) % 10;
}

/** A base and the marks on it: composed when the alphabet has the letter, bare when it does not. */
function foldCluster(text: string, start: number, table: Uint16Array, out: SpanTextBuilder): number {
  const base = String.fromCodePoint(text.codePointAt(start) ?? 0);
  let end = start + base.length;
  for (let size = markAt(text, end, table); size > 0 && base !== '\n'; size = markAt(text, end, table)) end += size;
  if (softDashes.has(base)) {
    out.unit(isDigit(out.last) || out.last === 0x2d ? 0x2d : neutral, start, end);
    return end;
  }
  // More marks than this are decoration: they are dropped, not composed.
  out.text(remembered(text.slice(start, Math.min(end, start + base.length + 3)), base.length), start, end);
  return end;
}

/** Units of the mark that stands here, 0 for none. */
function markAt(text: string, at: number, table: Uint16Array): number {
  const code = at < text.length ? text.charCodeAt(at) : 0;
  if (code < 0x300) return 0;
  if (code < 0xd800 || code > 0xdfff) return decision(table, code) === marking ? 1 : 0;
  const point = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return mark.test(point) && !invisible.test(point) ? point.length : 0;
}

// Folding a cluster is pure; the few that a text repeats are kept.
const clusters = new Map<string, string>();
const mostClusters = 4096;

function remembered(cluster: string, baseLength: number): string {
  const known = clusters.get(cluster);
  if (known !== undefined) return known;
  const base = cluster.slice(0, baseLength);
  const folded = mark.test(base) ? '' : foldMarked(base, cluster.slice(baseLength));
  if (clusters.size >= mostClusters) clusters.clear();
  clusters.set(cluster, folded);
  return folded;
}

function foldMarked(base: string, marks: string): string {
  const plain = foldPoint(base);
  if (marks === '' || plain === '') return plain;
  const [first = ''] = (base + marks).normalize('NFC');
  return first < '\x80' || first === base ? plain : foldPoint(first);
}
