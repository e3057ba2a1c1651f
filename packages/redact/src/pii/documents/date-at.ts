import { isDigit, isWord } from '../../char-class.js';
import { isDay } from './check-digits.js';
import { isMonth, mayBeMonth } from './months.js';

/** Where a date stands. */
export interface DateSpan {
  readonly start: number;
  readonly end: number;
  /** Only where words call it a date. */
  readonly weak: boolean;
}

const yearFirst = /((?:1[89]|20|21)\d\d)([-/.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)/y;
const yearLast = /(\d{1,2})([-/.]) ?(\d{1,2})\2 ?((?:1[89]|20)\d\d|\d\d)(?!\d)/y;
const eastern = /(?:1[89]|20)\d\d[年년] ?(?:0?[1-9]|1[0-2])[月월] ?(?:0?[1-9]|[12]\d|3[01])(?!\d)[日일]?/y;
const dayFirst = /(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|[.º°])?[ \-/.]{0,2}(?:of |de |di |d['’])?(\p{L}{3,12})\.?(?:[ \-/.,]{1,2}(?:of |de |del |do )?((?:1[89]|20)\d\d)(?!\d)|(?:-| ?['’])(\d\d)(?!\d))?/uy;
const afterMonth = /(?:((?:1[89]|20)\d\d)|(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?:[, -]{1,2}(?:of )?((?:1[89]|20)\d\d)|, ?['’]\d\d)?)(?![\w%€$]|[.,:]\d)/y;
const timeAfter = /(?:T|,? (?:at |um |à |kl\.? )?)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?: ?(?:[AaPp][Mm]\b|[AaPp]\.[Mm]\.))?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?(?![\w:])/y;
const time = /(?:(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?: ?(?:[AaPp][Mm]\b|[AaPp]\.[Mm]\.))?(?: ?(?:Uhr|Z|UTC|GMT|[ECMP][SD]T|CES?T|BST|[+-]\d\d:?\d\d))?|(?:1[0-2]|0?[1-9])(?:\.[0-5]\d)? ?(?:[AaPp][Mm]\b|[AaPp]\.[Mm]\.)|(?:[01]?\d|2[0-3])(?:[.][0-5]\d)? Uhr|(?:[01]?\d|2[0-3])h[0-5]\d)(?![\w:])/y;

/** The date one of whose numbers begins here; with a time of day behind it, that belongs to it. */
export function dateAround(text: string, at: number): DateSpan | undefined {
  const span = numericDate(text, at) ?? weakDate(text, at) ?? writtenDate(text, at);
  if (span === undefined) return undefined;
  const tail = endOf(timeAfter, text, span.end);
  return tail < 0 ? span : { ...span, end: tail };
}

/** `1980-01-15`, `15.1.1980`, `01/15/80`, `1980年1月15日`. */
export function numericDate(text: string, at: number): DateSpan | undefined {
  let to = at;
  while (to < at + 5 && isDigit(text.charCodeAt(to))) to += 1;
  if (to - at === 3 || to - at > 4 || isTiedLeft(text, at)) return undefined;
  const next = text.charCodeAt(to);
  let end = -1;
  if (next > 0x2c && next < 0x30) end = to - at === 4 ? endOf(yearFirst, text, at) : yearLastEnd(text, at);
  else if (to - at === 4 && (next === 0x5e74 || next === 0xb144)) end = endOf(eastern, text, at);
  return end < 0 || isTiedRight(text, end) ? undefined : { start: at, end, weak: false };
}

const shortDate = /(\d\d)-(\d\d)-\d\d(?![\w-])/y;

/** `03-12-84` may also be a code of a bank. */
function weakDate(text: string, at: number): DateSpan | undefined {
  if (text.charCodeAt(at + 2) !== 0x2d || text.charCodeAt(at + 5) !== 0x2d || isTiedLeft(text, at)) return undefined;
  shortDate.lastIndex = at;
  const match = shortDate.exec(text);
  const [a, b] = [Number(match?.[1]), Number(match?.[2])];
  return isDay(a, b) || isDay(b, a) ? { start: at, end: at + 8, weak: true } : undefined;
}

function yearLastEnd(text: string, at: number): number {
  yearLast.lastIndex = at;
  const match = yearLast.exec(text);
  if (match === null) return -1;
  const [, first = '', sign, second = '', year = ''] = match;
  const [a, b] = [Number(first), Number(second)];
  if (!isDay(a, b) && !isDay(b, a)) return -1;
  // Two digits for the year: `1.2.30` is a version, `10-12-14` a code.
  if (year.length === 2 && (sign === '-' || (sign === '.' && (first.length < 2 || second.length < 2)))) return -1;
  return yearLast.lastIndex;
}

function isTiedLeft(text: string, at: number): boolean {
  const c = at > 0 ? text.charCodeAt(at - 1) : 0;
  return isWord(c) || c === 0x2b || ((c === 0x2d || c === 0x2e || c === 0x2f || c === 0x3a) && isWord(text.charCodeAt(at - 2)));
}

function isTiedRight(text: string, end: number): boolean {
  const c = text.charCodeAt(end);
  if (c === 0x54 && isDigit(text.charCodeAt(end + 1))) return false;
  return isWord(c) || ((c === 0x2d || c === 0x2e || c === 0x2f) && isDigit(text.charCodeAt(end + 1)));
}

/** `15 January 1980`, `January 15th, 1980`, `15. Januar`, `15 de enero de 1980`, `January 1980`. */
function writtenDate(text: string, at: number): DateSpan | undefined {
  const month = monthBefore(text, at);
  if (month !== undefined) {
    afterMonth.lastIndex = at;
    const match = afterMonth.exec(text);
    if (match !== null && isMonth(month.word, (match[1] ?? match[2]) !== undefined)) return { start: month.start, end: afterMonth.lastIndex, weak: false };
  }
  if (isTiedLeft(text, at) || !isMonthAhead(text, at)) return undefined;
  dayFirst.lastIndex = at;
  const match = dayFirst.exec(text);
  const [word = '', year, shortYear] = match === null ? [] : match.slice(1);
  if (match === null || !isMonth(word, (year ?? shortYear) !== undefined)) return undefined;
  const stop = text.charCodeAt(dayFirst.lastIndex - 1) === 0x2e && year === undefined ? 1 : 0;
  const end = dayFirst.lastIndex - stop;
  return isWord(text.charCodeAt(end)) ? undefined : { start: at, end, weak: false };
}

/** A day has at most two digits, and the next word, or the one after an ending or `of`, is a month. */
function isMonthAhead(text: string, at: number): boolean {
  let from = isDigit(text.charCodeAt(at + 1)) ? at + 2 : at + 1;
  for (let step = 0; step < 3; step += 1) {
    for (let signs = 0; signs < 3 && isDaySign(text.charCodeAt(from)); signs += 1) from += 1;
    let to = from;
    while (to - from <= longestMonth && isMonthUnit(text.charCodeAt(to))) to += 1;
    if (to === from || to - from > longestMonth) return false;
    if (to - from > 2) return mayBeMonth(text, from) && isMonth(text.slice(from, to), true);
    from = to;
  }
  return false;
}

/** What stands between a day and its month: space, hyphen, dot, slash, ordinal signs, apostrophe. */
function isDaySign(c: number): boolean {
  return c === 0x20 || (c > 0x2c && c < 0x30) || c === 0xba || c === 0xb0 || c === 0x27 || c === 0x2019;
}

const longestMonth = 12;

/** The month before, when at most a dot, a comma, a hyphen and a space lie between. */
function monthBefore(text: string, at: number): { readonly word: string; readonly start: number } | undefined {
  let end = at;
  while (end > 0 && at - end < 2 && isMonthSign(text.charCodeAt(end - 1))) end -= 1;
  if (end === at) return undefined;
  let start = end;
  while (start > 0 && end - start <= longestMonth && isMonthUnit(text.charCodeAt(start - 1))) start -= 1;
  if (end - start < 3 || end - start > longestMonth || !mayBeMonth(text, start)) return undefined;
  const word = text.slice(start, end);
  return isMonth(word, true) ? { word, start } : undefined;
}

function isMonthSign(c: number): boolean {
  return c === 0x20 || (c > 0x2b && c < 0x2f);
}

function isMonthUnit(c: number): boolean {
  const lower = c | 32;
  return (lower > 0x60 && lower < 0x7b) || (c > 0xbf && c < 0x600);
}

/** End of the time of day that begins here, -1 for none. */
export function timeEnd(text: string, at: number): number {
  const sign = at + (isDigit(text.charCodeAt(at + 1)) ? 2 : 1);
  if (!isTimeSign(text.charCodeAt(sign), text.charCodeAt(sign + 1))) return -1;
  return isTiedLeft(text, at) && text.charCodeAt(at - 1) !== 0x2d ? -1 : endOf(time, text, at);
}

function isTimeSign(c: number, next: number): boolean {
  const lower = c | 32;
  if (c === 0x3a || c === 0x2e || lower === 0x68) return isDigit(next);
  if (c === 0x20) return isHalf(next) || next === 0x55;
  return isHalf(c) && ((next | 32) === 0x6d || next === 0x2e);
}

/** `a` or `p`, of am and pm. */
function isHalf(c: number): boolean {
  const lower = c | 32;
  return lower === 0x61 || lower === 0x70;
}

function endOf(rule: RegExp, text: string, at: number): number {
  rule.lastIndex = at;
  return rule.test(text) ? rule.lastIndex : -1;
}
