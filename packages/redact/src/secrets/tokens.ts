import { isAlnum, isDigit } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import type { TokenIndex } from './token-index.js';
import { isBearerToken } from './value-judge.js';

/** Shortest run of letters, digits, `_` and `-` that is looked at as a token. */
export const shortestToken = 10;

const dotted = /(?:SG|ya29|hv[sbr]|sl|dp\.(?:pt|st|ct|sa|scim|audit)|v1|xoxe)\.$/;
const telegram = /^[A-Za-z0-9_-]{35}$/;

/** Tokens in one long run; every run of a text is handed in once. */
export function scanRun(text: string, start: number, end: number, plan: Plan, sink: Sink): void {
  const { tokens } = plan;
  if (tokens === undefined) return;
  let i = Math.max(start, tokenAt(text, start, false, tokens, sink));
  // Tokens with a prefix are found behind `_` and `-` too: `prod-ghp_…`, `KEY_AKIA…`.
  for (i += 1; i < end - shortestToken; i += 1) {
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

const bearer = /bearer[ \t]{1,8}["']?([A-Za-z0-9._~+/=-]{6,8192})/iy;

/** `Bearer` and a token, anywhere; "bearer of news" is not one. */
export function bearerAt(text: string, start: number, sink: Sink): void {
  bearer.lastIndex = start;
  const token = bearer.exec(text)?.[1];
  if (token === undefined || !isBearerToken(token)) return;
  const end = bearer.lastIndex;
  sink.secret('bearer_token', end - token.length, end - trailingDots(token));
}

function trailingDots(token: string): number {
  let dots = 0;
  while (token.charCodeAt(token.length - 1 - dots) === 0x2e) dots += 1;
  return dots;
}
