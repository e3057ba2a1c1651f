import { isAlnum, isDigit, isRun } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import type { Floors } from '../scan.js';
import { flagAt } from './assignments.js';
import { pemAt } from './pem.js';
import type { TokenIndex } from './token-index.js';
import { isBearerToken } from './value-judge.js';

/** Runs of letters, digits, `_` and `-` shorter than this are not looked at: prose has few that are longer. */
export const shortestRun = 10;

const dotted = /(?:SG|ya29|hv[sbr]|sl|dp\.(?:pt|st|ct|sa|scim|audit)|v1|xoxe)\.$/;
const telegram = /^[A-Za-z0-9_-]{35}$/;

/** Everything one long run can be; every run of a text is handed in once. */
export function scanRun(text: string, start: number, end: number, plan: Plan, floors: Floors, sink: Sink): void {
  const before = start > 1 ? text.charCodeAt(start - 1) : 0;
  if (plan.blocks && text.charCodeAt(end - 1) === 0x4e && text.startsWith('-----BEGIN', end - 10)) pemAt(text, end - 10, plan, sink);
  if (isDash(text, start) && text.charCodeAt(end) === 0x20) flagAt(text, start, end, plan, floors, sink);
  else if (before === 0x20) flagBefore(text, start, plan, floors, sink);
  if (plan.bearer && before !== 0) bearerBefore(text, start, before, sink);
  if (plan.tokens !== undefined) scanTokens(text, start, end, plan, plan.tokens, sink);
}

function isDash(text: string, at: number): boolean {
  return text.charCodeAt(at) === 0x2d && text.charCodeAt(at + 1) === 0x2d;
}

const longestFlag = 10;

/** `--token` is too short to be seen itself, but its value is not. */
function flagBefore(text: string, start: number, plan: Plan, floors: Floors, sink: Sink): void {
  let from = start - 1;
  while (from > 0 && start - from < longestFlag && isRun(text.charCodeAt(from - 1))) from -= 1;
  if (isDash(text, from)) flagAt(text, from, start - 1, plan, floors, sink);
}

function scanTokens(text: string, start: number, end: number, plan: Plan, tokens: TokenIndex, sink: Sink): void {
  let i = Math.max(start, tokenAt(text, start, false, tokens, sink));
  // Tokens with a prefix are found behind `_` and `-` too: `prod-ghp_…`, `KEY_AKIA…`.
  for (i += 1; i < end - shortestRun; i += 1) {
    const c = text.charCodeAt(i - 1);
    if ((c === 0x2d || c === 0x5f) && tokens.has(text.charCodeAt(i))) i = Math.max(i, tokenAt(text, i, true, tokens, sink));
  }
  if (start > 1) scanJoined(text, start, end, plan, tokens, sink);
}

function tokenAt(text: string, start: number, inside: boolean, tokens: TokenIndex, sink: Sink): number {
  const found = tokens.match(text, start, inside);
  if (found === undefined) return -1;
  sink.secret(found.category, start, found.end);
  return found.end;
}

/** Tokens whose first part is short and ends in `.`, `~` or `:`. */
function scanJoined(text: string, start: number, end: number, plan: Plan, tokens: TokenIndex, sink: Sink): void {
  const c = text.charCodeAt(start - 1);
  if (c === 0x2e) joinedByDot(text, start, tokens, sink);
  else if (c === 0x3a && plan.secrets.has('telegram_bot_token')) telegramAt(text, start, end, sink);
  else if (c === 0x7e && plan.secrets.has('azure_client_secret')) azureSecretAt(text, start, sink);
}

function joinedByDot(text: string, start: number, tokens: TokenIndex, sink: Sink): void {
  const lead = dotted.exec(text.slice(Math.max(0, start - 10), start));
  if (lead === null) return;
  const from = start - lead[0].length;
  if (from > 0 && isAlnum(text.charCodeAt(from - 1))) return;
  tokenAt(text, from, false, tokens, sink);
}

/** Bot id, colon, 35 characters. */
function telegramAt(text: string, start: number, end: number, sink: Sink): void {
  if (end - start !== 35 || !telegram.test(text.slice(start, end))) return;
  let from = start - 1;
  while (start - from < 13 && isDigit(text.charCodeAt(from - 1))) from -= 1;
  const digits = start - 1 - from;
  if (digits >= 8 && digits <= 10) sink.secret('telegram_bot_token', from, end);
}

const azureSecret = /[A-Za-z0-9_.~-]{3}[78]Q~[A-Za-z0-9_.~-]{31,34}(?![A-Za-z0-9_~])/y;

function azureSecretAt(text: string, start: number, sink: Sink): void {
  if (start < 6) return;
  azureSecret.lastIndex = start - 6;
  if (azureSecret.test(text)) sink.secret('azure_client_secret', start - 6, azureSecret.lastIndex);
}

const bearer = /bearer[ \t]{1,8}["']?([A-Za-z0-9._~+/=-]{6,})/iy;
const farthest = 24;

/** `Bearer` before a long run, with at most a short first part of the token between. */
function bearerBefore(text: string, start: number, before: number, sink: Sink): void {
  let from = start;
  if (before === 0x2e || before === 0x7e || before === 0x2b || before === 0x2f || before === 0x3d) {
    while (from > 0 && start - from < farthest && isTokenUnit(text.charCodeAt(from - 1))) from -= 1;
  }
  const c = text.charCodeAt(from - 1);
  if (c === 0x22 || c === 0x27) from -= 1;
  while (start - from < farthest && (text.charCodeAt(from - 1) === 0x20 || text.charCodeAt(from - 1) === 0x09)) from -= 1;
  if (from < 6 || (text.charCodeAt(from - 1) | 32) !== 0x72) return;
  bearer.lastIndex = from - 6;
  const token = bearer.exec(text)?.[1];
  if (token === undefined || !isBearerToken(token)) return;
  const end = bearer.lastIndex;
  sink.secret('bearer_token', end - token.length, end - trailingDots(token));
}

function isTokenUnit(c: number): boolean {
  return isRun(c) || c === 0x2e || c === 0x7e || c === 0x2b || c === 0x2f || c === 0x3d;
}

function trailingDots(token: string): number {
  let dots = 0;
  while (token.charCodeAt(token.length - 1 - dots) === 0x2e) dots += 1;
  return dots;
}
