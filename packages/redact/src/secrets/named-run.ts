import { isAlnum, isDigit, isRun } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import { judge } from './assignments.js';
import { HINT, holdsDigit, ISSUER } from './keyword-index.js';
import { keyKind, mayEndKey, type KeyKind } from './key-kind.js';
import { nameOf, type Lead } from './lead-name.js';
import { leadBefore } from './lead.js';
import { isRandomValue, isShaped, isStandIn, tokenEnd } from './value-judge.js';

const longestValue = 512;
const longestJudged = 256;

/** A long run as the value of a name, whatever the sign between them: `=>`, `,`, a tag, a bracket. */
export function namedRun(text: string, start: number, end: number, sign: number, plan: Plan, sink: Sink): void {
  if (!mayFollowSign(sign) || isName(text, end)) return;
  const lead = leadBefore(text, start);
  if (lead === undefined) {
    if (sign === 0x20 && text.startsWith(' as ', end)) namedAfter(text, start, end, plan, sink);
    return;
  }
  const seen = plan.keywords?.look(text, lead.start, lead.nameEnd) ?? 0;
  if ((seen & ISSUER) !== 0 && issuerOf(text, lead, plan, sink)) return;
  if (plan.generic) generic(text, lead, (seen & HINT) !== 0, plan, sink);
}

const longestSign = 3;

/** `a=b=…`, `a := b := …`: what stands before a sign is the name of the next value, unless the sign is the padding of base64. */
function isName(text: string, end: number): boolean {
  let sign = end;
  while (sign - end < longestSign && isBeforeSign(text.charCodeAt(sign))) sign += 1;
  if (text.charCodeAt(sign) !== 0x3d) return false;
  const next = text.charCodeAt(sign + 1);
  return sign === end ? isRun(next) : next !== 0x3d;
}

/** A space, and the first of `?=`, `||=`, `+=`, `:=`. */
function isBeforeSign(c: number): boolean {
  return c === 0x20 || c === 0x3f || c === 0x7c || c === 0x2b || c === 0x3a;
}

/** "the acme api key …" in prose: two words that leave no doubt. */
const surely = /(?:api|access|auth|secret|client|admin|app|application|rest|bot|service|host|account|personal|deploy)_?(?:key|token|secret)$/;
const leastLoose = 20;

const asSecret = / as (?:the|my|your|our|an?) [a-z0-9 ]{0,18}(?:key|token|secret|password)/iy;

/** "Use … as the api key". */
function namedAfter(text: string, start: number, end: number, plan: Plan, sink: Sink): void {
  asSecret.lastIndex = end;
  if (!plan.secrets.has('generic_api_key') || !holdsDigit(text, start, end) || !asSecret.test(text)) return;
  if (end - start >= leastLength && isRandomValue(text.slice(start, end), 3)) sink.secret('generic_api_key', start, end);
}

/** A space, a quote, one of `=:>,(|` and what base64 glues pieces with. */
function mayFollowSign(c: number): boolean {
  switch (c) {
    case 0x20: case 0x09: case 0x22: case 0x27: case 0x60: case 0x3d: case 0x3a: case 0x3e: case 0x2c: case 0x28: case 0x7c: case 0x2f: case 0x2b: case 0x2e: case 0x7e:
      return true;
    default:
      return false;
  }
}

const secretWord = /key|token|secret|auth|pass|pwd|cred|api|webhook|sig|pat(?:_|$)|dsn|license|sas/;
// What such a name holds is an address, a label or the print of something public.
const harmlessName = /(?:public|publishable|^pk|_pk|sha\d*|hash|checksum|digest|commit|revision|etag|fingerprint|thumbprint|integrity|url|uri|path|file|name|host|arn|version|branch|image|color|region|expir\w{0,6}|length|count|size|type|sid|account_id|client_id|app_id|project_id|user_id|tenant_id|org_id|object_id|image_id|trace_id|request_id)s?$/;

function issuerOf(text: string, lead: Lead, plan: Plan, sink: Sink): boolean {
  const found = plan.keywords?.match(text, lead.start, lead.nameEnd, lead.valueStart);
  if (found === undefined || !plan.secrets.has(found.category)) return false;
  const is = isIssued(text, lead, found);
  if (is) sink.secret(found.category, lead.valueStart, found.end);
  else sink.doubtful = true;
  return is;
}

function isIssued(text: string, lead: Lead, found: { readonly wordEnd: number; readonly end: number }): boolean {
  if (!endsRight(text, lead, found.end)) return false;
  const name = nameOf(text, lead);
  const rest = name.slice(found.wordEnd);
  if ((lead.loose && !secretWord.test(rest)) || harmlessName.test(rest) || (rest.length > 1 && !secretWord.test(name))) return false;
  return isShaped(text.slice(lead.valueStart, found.end));
}

// Names that hold one of these words anywhere name a secret when the value is random enough.
const secretName = /(?:^|_|[a-z])(?:secret|token|api_?key|apikey|access_?key|private_?key|auth_?key|signing_?key|encryption_?key|master_?key|passw(?:or)?d|passphrase|credentials?|creds?|bearer|auth)(?:$|_|[a-z0-9])/;
const harmlessWord = /tokeni[sz]|token_?(?:type|count|limit|budget|id|index|name)|(?:max|num|total|input|output|prompt|next|page|continuation|csrf|xsrf)_?tokens?|author|authenti|token_?address|contract|(?:data|item|list|react)_key|secretar|public|publishable|credit|sacred|cache_?key|sort_?key|password_?(?:hash|digest|salt|policy|reset|length)|auth_?(?:url|uri|type|method|mode|host|domain)/;
const leastLength = 16;

/** The same names an assignment knows behind any sign, and names that merely hold such a word before a random value. */
function generic(text: string, lead: Lead, hinted: boolean, plan: Plan, sink: Sink): void {
  const { nameStart, nameEnd } = lead;
  const kind = mayEndKey(text, nameEnd) ? keyKind(text, nameStart, nameEnd) : undefined;
  if (kind === 'authorization' || (kind !== undefined && lead.plain)) return;
  if (kind === undefined && !hinted) return;
  const before = sink.found.length;
  genericValue(text, lead, kind, plan, sink);
  if (sink.found.length === before) sink.doubtful = true;
}

function genericValue(text: string, lead: Lead, kind: KeyKind, plan: Plan, sink: Sink): void {
  const { valueStart } = lead;
  const name = nameOf(text, lead);
  if (kind === undefined && !namesSecret(name)) return;
  const end = valueEnd(text, lead);
  if (!endsRight(text, lead, end)) return;
  const value = text.slice(valueStart, end);
  if (kind === undefined && value.length < leastLength) return;
  if (lead.loose && (value.length < leastLoose || !surely.test(name) || !isRandomValue(value, 3.3))) return;
  let category: string | undefined;
  if (kind !== undefined) category = judge(kind, value, { quoted: lead.quote !== 0, last: kind !== 'password' });
  else if (isRandomValue(value.slice(0, longestJudged), 3.2)) category = 'generic_api_key';
  if (category === 'password' && (isStandIn(value) || !holdsDigit(value, 0, value.length))) return;
  if (category !== undefined && plan.secrets.has(category)) sink.secret(category, valueStart, end);
}

function namesSecret(name: string): boolean {
  return secretName.test(name) && !harmlessWord.test(name) && !harmlessName.test(name);
}

function valueEnd(text: string, lead: Lead): number {
  let end = tokenEnd(text, lead.valueStart, Math.min(text.length, lead.valueStart + longestValue));
  while (lead.quote === 0 && end > lead.valueStart && !isAlnum(text.charCodeAt(end - 1)) && text.charCodeAt(end - 1) !== 0x3d) end -= 1;
  return end;
}

/** A quoted value ends at its quote: a sentence that begins with a long word is none. */
function endsRight(text: string, { quote }: Lead, end: number): boolean {
  const c = text.charCodeAt(end);
  if (quote === 0) return !isDigit(c) && c !== 0x28 && c !== 0x5b;
  return c === quote || c === 0x5c || c === 0x0a || c === 0x0d || end >= text.length || (c === 0x20 && text.charCodeAt(end + 1) === quote);
}
