import { isAlnum, isRun } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import type { Floors } from '../scan.js';
import { authorization, basicAuth, sasAt, userBefore } from './credentials.js';
import { entropy } from './entropy.js';
import { keyKind, mayEndKey, type KeyKind } from './key-kind.js';
import { readValue, type WrittenValue } from './read-value.js';
import { isKey, isPassword, isStandIn, tokenEnd, type Writing } from './value-judge.js';

const longestGap = 4;
const longestKey = 64;
const longestWord = 16;
const longestSign = 2;
// Nothing further down a rejected value is taken for a pair of its own, or hostile text could be judged at each step.
const skipped = 128;

/** The name and value around a `:` or `=`. */
export function assignmentAt(text: string, sign: number, plan: Plan, floors: Floors, sink: Sink): void {
  // Inside the credentials of a URL that were found whole.
  if (sign < floors.credentials) return;
  const end = gapStart(text, text.charCodeAt(sign) === 0x3d ? signStart(text, sign) : sign);
  if (end <= 0) return;
  const next = text.charCodeAt(sign + 1);
  if (next > 0x20 && userBefore(text, end, sign)) {
    if (basicAuth(text, sign, plan, sink)) return;
    sink.doubtful = true;
  }
  if (!mayEndKey(text, end)) return;
  let start = end - 1;
  const limit = Math.max(0, end - longestKey);
  while (start > limit && isRun(text.charCodeAt(start - 1))) start -= 1;
  if (end - start === 3 && next !== 0x20 && sasAt(text, start, sign, plan, sink)) return;
  const kind = keyKind(text, withWordBefore(text, start, end), end);
  if (kind !== undefined) record(text, kind, sign, false, plan, floors, sink);
}

/** The first of `?=`, `||=`, `.=`, `+=`, `~=`. */
function signStart(text: string, sign: number): number {
  const c = text.charCodeAt(sign - 1);
  if (c === 0x7c || c === 0x3f) return text.charCodeAt(sign - 2) === c ? sign - 2 : sign - 1;
  return c === 0x2e || c === 0x2b ? sign - 1 : sign;
}

/** "API key: …" in prose: a key alone says nothing, the word before it does. */
function withWordBefore(text: string, start: number, end: number): number {
  if (end - start !== 3 || start < 2 || (text.charCodeAt(start - 1) !== 0x20 && text.charCodeAt(start - 1) !== 0x2e) || (text.charCodeAt(end - 1) | 32) !== 0x79) return start;
  let from = start - 1;
  while (from > 0 && start - from < longestWord && isRun(text.charCodeAt(from - 1))) from -= 1;
  return from;
}

/** Between a name and its sign: a closing quote or bracket, spaces. Answers where the name ends, -1 when there is none. */
function gapStart(text: string, sign: number): number {
  for (let end = sign; end > 0 && sign - end <= longestGap; end -= 1) {
    const c = text.charCodeAt(end - 1);
    if (isRun(c)) return end;
    if (c !== 0x20 && c !== 0x22 && c !== 0x27 && c !== 0x5c && c !== 0x5d && c !== 0x60 && c !== 0x09) return -1;
  }
  return -1;
}

/** A flag and its value: `--password hunter2`. */
export function flagAt(text: string, runStart: number, runEnd: number, plan: Plan, floors: Floors, sink: Sink): void {
  if (!isAlnum(text.charCodeAt(runStart + 2))) return;
  const kind = keyKind(text, runStart + 2, runEnd);
  if (kind !== undefined) record(text, kind, runEnd, true, plan, floors, sink);
}

function record(text: string, kind: KeyKind, sign: number, flag: boolean, plan: Plan, floors: Floors, sink: Sink): void {
  // What is no secret after such a name may be one when what stands beside it is hidden.
  const before = sink.found.length;
  valueOf(text, kind, sign, flag, plan, floors, sink);
  if (sink.found.length === before) sink.doubtful = true;
}

function valueOf(text: string, kind: KeyKind, sign: number, flag: boolean, plan: Plan, floors: Floors, sink: Sink): void {
  const value = readValue(text, sign, floors, sink);
  if (value === undefined || (kind !== 'password' && startsPair(text, value))) return;
  const end = kind === 'authorization' ? authorization(text, value, plan, sink) : judged(text, kind, value, flag, plan, sink);
  if (end >= 0) floors.pair = Math.max(floors.pair, end);
  else if (value.end - value.start > 32 && !startsPair(text, value) && text.charCodeAt(value.start) !== 0x7b) floors.pair = Math.max(floors.pair, Math.min(value.end, value.start + skipped));
}

/** Where the value ends when it is a secret, -1 when it is none. */
function judged(text: string, kind: KeyKind, value: WrittenValue, flag: boolean, plan: Plan, sink: Sink): number {
  const end = kind === 'password' ? value.end : tokenEnd(text, value.start, value.end);
  const category = judge(kind, text.slice(value.start, end), { quoted: value.quoted, last: value.last || flag });
  if (category === undefined || !plan.secrets.has(category)) return -1;
  sink.secret(category, value.start, end);
  return end;
}

/** `token=password=…`: the value is itself a name with a value; refused as a whole, it is looked at on its own. */
function startsPair(text: string, value: WrittenValue): boolean {
  if (value.quoted) return false;
  let end = value.start;
  const limit = Math.min(value.end, value.start + longestKey);
  while (end < limit && isRun(text.charCodeAt(end))) end += 1;
  let sign = end;
  while (sign - end < longestSign && isBeforeSign(text.charCodeAt(sign))) sign += 1;
  const c = text.charCodeAt(sign);
  return (c === 0x3d || text.charCodeAt(end) === 0x3a) && end < value.end && keyKind(text, value.start, end) !== undefined;
}

/** The first of `?=`, `||=`, `.=`, `+=`, `:=`. */
function isBeforeSign(c: number): boolean {
  return c === 0x3f || c === 0x7c || c === 0x2e || c === 0x2b || c === 0x3a;
}

const longestJudged = 256;
const leastAwsLike = 30;
const leastAzureEntropy = 2.5;
const base64of40 = /^[A-Za-z0-9/+=]{40}$/;
const base64Key = /^[A-Za-z0-9/+%]{20,}={0,2}$/;
const hexId = /^[0-9a-f]{20,64}$/i;

/** The category of a value under such a name, undefined when it is harmless. */
export function judge(kind: KeyKind, whole: string, writing: Writing): string | undefined {
  const value = whole.length > longestJudged ? whole.slice(0, longestJudged) : whole;
  if (kind === 'password') return isPassword(value, writing) ? 'password' : undefined;
  if (kind === 'aws') {
    if (base64of40.test(value) && !isStandIn(value)) return 'aws_secret_key';
    if (value.length < leastAwsLike) return undefined;
  }
  if (kind === 'azure' && base64Key.test(value) && entropy(value) >= leastAzureEntropy) return 'azure_connection_string';
  if (kind === 'gcp' && hexId.test(value)) return 'gcp_service_account';
  return isKey(value, writing) ? 'generic_api_key' : undefined;
}
