import { isAlnum, isDigit, isWord } from '../../char-class.js';
import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';
import { digitShapes, letterShapes, mayBeStrong, strongRules } from './strong-rules.js';
import type { TopicRule } from './topic-rules.js';
import { topicsAround } from './topics.js';
import { isJoint, readWritten, type WrittenNumber } from './written-number.js';

const gluing: ReadonlySet<number> = new Set(Array.from('-./_+$%&@#\\', (sign) => sign.charCodeAt(0)));

/**
 * End of the identifier whose first word starts here, -1 for none. From `quiet` on there are only digits and the signs
 * between them before it.
 */
export function documentFrom(text: string, start: number, plan: Plan, sink: Sink, quiet = start): number {
  if (start > 0 && (isWord(text.charCodeAt(start - 1)) || isJoined(text, start) || isOwnHash(text, start))) return -1;
  const number = readWritten(text, start);
  if (number === undefined) return -1;
  const end = strongEnd(text, number, plan, sink);
  return end >= 0 ? end : namedEnd(text, number, plan, sink, quiet);
}

/** What stands in `[HMAC:…]` and `[SHA256:…]` was put there by us. */
function isOwnHash(text: string, start: number): boolean {
  return text.charCodeAt(start - 1) === 0x3a && (text.startsWith('[HMAC:', start - 6) || text.startsWith('[SHA256:', start - 8));
}

/** Where form and check digits say enough. */
function strongEnd(text: string, number: WrittenNumber, plan: Plan, sink: Sink): number {
  const { start, ends } = number;
  if (start > 0 && gluing.has(text.charCodeAt(start - 1))) return -1;
  // Behind a digit and a space only a number without spaces is its own.
  const most = isBehindDigit(text, start) ? solidGroups(text, ends) : ends.length;
  for (let k = most - 1; k >= 0; k -= 1) {
    const digits = number.isDigits(k);
    if (!mayBeStrong(digits, k + 1, number.units(k))) continue;
    const end = ends[k] ?? 0;
    const shape = number.shape(k);
    if (!(digits ? digitShapes : letterShapes).has(shape) || isTied(text, end) || isSmall(text, start, end)) continue;
    const signs = number.signs(k);
    if (signs.includes(' ') && text.charCodeAt(end) === 0x20 && isDigit(text.charCodeAt(end + 1))) continue;
    const rules = strongRules.get(number.mask(k));
    if (rules === undefined) continue;
    const id = number.id(k);
    const rule = rules.find(({ category, shapes: allowed, signs: joints, check }) => plan.pii.has(category) && allowed.has(shape) && areSigns(signs, joints) && check(id));
    if (rule === undefined) continue;
    // The form of one is also what people write who mean the other.
    const called = rule.category === 'itin' && plan.ssn && topicsAround(text, start, end)[0]?.category === 'ssn' ? 'ssn' : rule.category;
    sink.pii(called, start, end);
    return end;
  }
  return -1;
}

function areSigns(signs: string, allowed: string): boolean {
  return allowed === '' || Array.from(signs).every((sign) => allowed.includes(sign));
}

function isSmall(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (text.charCodeAt(i) > 0x60) return true;
  return false;
}

/** More digits a space away: a number with spaces of its own may be the rest of a longer one. */
function isBehindDigit(text: string, start: number): boolean {
  return text.charCodeAt(start - 1) === 0x20 && isDigit(text.charCodeAt(start - 2));
}

/** How many groups stand before the first space. */
function solidGroups(text: string, ends: readonly number[]): number {
  for (let k = 0; k < ends.length; k += 1) if (text.charCodeAt(ends[k] ?? 0) === 0x20) return k + 1;
  return ends.length;
}

/** Where the words around say what it is; the nearest that fits decides, wanted or not. */
function namedEnd(text: string, number: WrittenNumber, plan: Plan, sink: Sink, quiet: number): number {
  const { start, end: last } = number;
  for (const rule of topicsAround(text, start, last, quiet)) {
    if (rule.category === '') return -1;
    const end = fitting(text, number, rule);
    if (end < 0) continue;
    if (!plan.pii.has(rule.category)) return -1;
    sink.pii(rule.category, start, end);
    return end;
  }
  return -1;
}

/** A sign between digits ties this number to one before it; a `+` makes it a telephone number. */
function isJoined(text: string, start: number): boolean {
  const c = text.charCodeAt(start - 1);
  if (c === 0x2b) return true;
  if (c !== 0x2d && c !== 0x2e && c !== 0x2f) return false;
  return isDigit(text.charCodeAt(start - 2)) || (c === 0x2e && !isAlnum(text.charCodeAt(start - 2)));
}

function fitting(text: string, number: WrittenNumber, { mask: form, check }: TopicRule): number {
  const { ends } = number;
  for (let k = ends.length - 1; k >= 0; k -= 1) {
    if (isTied(text, ends[k] ?? 0) || !isGrouped(number, k)) continue;
    if (form.test(number.mask(k)) && (check === undefined || check(number.id(k)))) return ends[k] ?? -1;
  }
  return -1;
}

/** Spaces only between short groups and with no other sign, so that a number beside it is not taken in. */
function isGrouped(number: WrittenNumber, k: number): boolean {
  const signs = number.signs(k);
  if (!signs.includes(' ')) return true;
  const shape = number.shape(k).toString(36);
  // `123-456-789 01`: a last group of its own (Russia).
  if (/[^ ]/.test(signs)) return (/^[^ ]+ $/.test(signs) && /[12]$/.test(shape)) || (signs === '- ' && /^[1-3]{2}[1-4]$/.test(shape));
  return shape.charAt(0) <= '4' || /^[1-5]+$/.test(shape);
}

/** Glued to what follows: a letter, or a sign with a letter or digit after it. */
export function isTied(text: string, end: number): boolean {
  const c = text.charCodeAt(end);
  if (isWord(c)) return true;
  return (c !== 0x20 && isJoint(c) && isAlnum(text.charCodeAt(end + 1))) || c === 0x40;
}
