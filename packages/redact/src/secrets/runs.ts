import { isDigit, isRun } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import type { Floors } from '../scan.js';
import { flagAt } from './assignments.js';
import { bearerBefore } from './bearer.js';
import { namedRun } from './named-run.js';
import { pemAt } from './pem.js';
import { azureSecretAt, shapedRun, telegramAt, terraformAt } from './shaped-run.js';
import type { TokenIndex } from './token-index.js';

/** Runs of letters, digits, `_` and `-` shorter than this are not looked at: prose has few that are longer. */
export const shortestRun = 10;

/** Runs without a digit that are shorter than this are words, whatever stands before them. */
const surelyLong = 20;

/** Everything one long run can be; every run of a text is handed in once. */
export function scanRun(text: string, start: number, end: number, plan: Plan, floors: Floors, sink: Sink): void {
  const { tokens } = plan;
  const before = start > 0 ? text.charCodeAt(start - 1) : 0;
  if (plan.blocks && text.charCodeAt(end - 1) === 0x4e && text.startsWith('-----BEGIN', end - 10)) pemAt(text, end - 10, plan, sink);
  if (isDash(text, start) && text.charCodeAt(end) === 0x20) flagAt(text, start, end, plan, floors, sink);
  if (tokens === undefined || isCovered(start, end, sink)) return;
  const traits = traitsOf(text, start, end, tokens);
  const found = scanTokens(text, start, end, before, (traits & INNER) !== 0, plan, tokens, sink);
  if (before === 0 || ((traits & MIXED) === 0 && end - start < surelyLong && !mayQuote(before))) return;
  if (before === 0x20) flagBefore(text, start, plan, floors, sink);
  if (plan.bearer) bearerBefore(text, start, before, sink);
  if (!found) namedRun(text, start, end, before, plan, sink);
}

const looksBack = 4;

/** Inside a token of several runs that was found at the first of them: each of the others would read it to its end again. */
function isCovered(start: number, end: number, { found }: Sink): boolean {
  for (let k = found.length - 1; k >= 0 && k >= found.length - looksBack; k -= 1) {
    const last = found[k];
    if (last?.kind === 'secret' && last.start < start && end <= last.end) return true;
  }
  return false;
}

/** Quotes, `=`, `:` and `>`: what stands right behind them may be a value of letters only. */
function mayQuote(c: number): boolean {
  return c === 0x22 || c === 0x27 || c === 0x3d || c === 0x3a || c === 0x3e || c === 0x60;
}

const MIXED = 1;
const INNER = 2;

/** One pass over the run: whether it holds a digit, and whether a token may begin behind a `-` or `_`. */
function traitsOf(text: string, start: number, end: number, tokens: TokenIndex): number {
  let traits = 0;
  for (let i = start; i < end; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x2d || c === 0x5f) {
      if (tokens.has(text.charCodeAt(i + 1), text.charCodeAt(i + 2))) traits |= INNER;
    } else if (c < 0x3a) traits |= MIXED;
  }
  return traits;
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

/** Answers whether the run itself is a token. */
function scanTokens(text: string, start: number, end: number, before: number, inner: boolean, plan: Plan, tokens: TokenIndex, sink: Sink): boolean {
  const first = before === 0x5c ? afterEscape(text, start) : start;
  let i = Math.max(start, tokenAt(text, first, false, tokens, sink));
  const whole = i > start || shapedRun(text, start, end, plan, sink);
  // Tokens with a prefix are found behind `_` and `-` too: `prod-ghp_…`, `KEY_AKIA…`.
  for (i += 1; inner && i < end - shortestRun; i += 1) {
    const c = text.charCodeAt(i - 1);
    if ((c === 0x2d || c === 0x5f) && tokens.has(text.charCodeAt(i), text.charCodeAt(i + 1))) i = Math.max(i, tokenAt(text, i, true, tokens, sink));
  }
  return (before !== 0 && scanJoined(text, start, end, before, plan, tokens, sink)) || whole;
}

/** In `\nghp_…` and `\u003dghp_…` the first letters belong to the escape. */
function afterEscape(text: string, start: number): number {
  const c = text.charCodeAt(start);
  if (c === 0x6e || c === 0x72 || c === 0x74) return start + 1;
  return c === 0x75 ? start + 5 : start;
}

function tokenAt(text: string, start: number, inside: boolean, tokens: TokenIndex, sink: Sink): number {
  const found = tokens.match(text, start, inside);
  if (found === undefined) return -1;
  sink.secret(found.category, start, found.end);
  if (found.category === 'aws_access_key') secretAfterId(text, found.end, sink);
  return found.end;
}

const pairedSecret = /["']?[:,; \t|][ \t]?["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=_-])/y;

/** `AKIA…:secret` and `AKIA…,secret`, as credential files hold them. */
function secretAfterId(text: string, end: number, sink: Sink): void {
  pairedSecret.lastIndex = end;
  const secret = pairedSecret.exec(text)?.[1];
  if (secret !== undefined && /[0-9]/.test(secret) && /[A-Z]/.test(secret)) sink.secret('aws_secret_key', pairedSecret.lastIndex - 40, pairedSecret.lastIndex);
}

/** Tokens whose first part is short and ends in `.`, `~`, `:` or `/`. */
function scanJoined(text: string, start: number, end: number, before: number, plan: Plan, tokens: TokenIndex, sink: Sink): boolean {
  switch (before) {
    case 0x2e:
      return joinedByDot(text, start, tokens, sink) || (plan.secrets.has('terraform_token') && terraformAt(text, start, sink));
    case 0x3a:
      return plan.secrets.has('telegram_bot_token') && telegramAt(text, start, end, sink);
    case 0x7e:
      if (start > 6 && text.startsWith('sha256~', start - 7)) return tokenAt(text, start - 7, false, tokens, sink) > 0;
      return plan.secrets.has('azure_client_secret') && azureSecretAt(text, start, sink);
    case 0x2f:
      return joinedBySlash(text, start, tokens, sink);
    default:
      return false;
  }
}

const mostPieces = 3;
const longestLead = 32;

/** `SG.…`, `dp.st.…`, `amzn.mws.…`: pieces too short to have been looked at, then this run. */
function joinedByDot(text: string, start: number, tokens: TokenIndex, sink: Sink): boolean {
  let at = start;
  const limit = Math.max(0, start - longestLead);
  for (let piece = 0; piece < mostPieces && at > limit && text.charCodeAt(at - 1) === 0x2e; piece += 1) {
    const dot = at - 1;
    at = dot;
    while (at > limit && isRun(text.charCodeAt(at - 1))) at -= 1;
    if (at === dot || dot - at >= shortestRun) return false;
    if (tokenAt(text, at, false, tokens, sink) >= 0) return true;
  }
  return false;
}

/** `1//0…` is a refresh token of Google, `1/123…:hex` one of Asana. */
function joinedBySlash(text: string, start: number, tokens: TokenIndex, sink: Sink): boolean {
  const from = text.charCodeAt(start - 2) === 0x2f ? start - 3 : start - 2;
  if (from < 0 || !isDigit(text.charCodeAt(from)) || (from > 0 && isRun(text.charCodeAt(from - 1)))) return false;
  return tokenAt(text, from, false, tokens, sink) >= 0;
}
