import { isAlnum, isRun } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import type { WrittenValue } from './read-value.js';
import { isBearerToken, isStandIn, isUrlStandIn } from './value-judge.js';

const scheme = /(Bearer|Basic|Token|Digest|ApiKey|Api-Key|Key|Negotiate|SSWS|GenieKey|Splunk|Apikey|Klaviyo-API-Key|AWS4-HMAC-SHA256)[ \t]+["']?/iy;
const credential = /[^\s"'`,;<>\\]{4,256}/y;
const rest = /[^\s"'`,;<>\\]*/y;
const hidden = /^(?:\[HMAC:|\[SHA256:|⟦|\*)/;

/** `Authorization: scheme credential`: whatever the credential looks like. Answers where it ends, -1 when there is none. */
export function authorization(text: string, value: WrittenValue, plan: Plan, sink: Sink): number {
  scheme.lastIndex = value.start;
  const name = scheme.exec(text)?.[1]?.toLowerCase();
  const start = name === undefined ? value.start : scheme.lastIndex;
  credential.lastIndex = start;
  const found = credential.exec(text)?.[0];
  if (found === undefined || isStandIn(found) || hidden.test(found)) return -1;
  const category = name === 'bearer' ? 'bearer_token' : name === 'basic' ? 'basic_auth' : 'generic_api_key';
  const certain = name === 'bearer' || name === 'basic' ? found.length >= 6 : isBearerToken(found);
  if (!certain || !plan.secrets.has(category)) return -1;
  rest.lastIndex = credential.lastIndex;
  const end = rest.test(text) ? rest.lastIndex : credential.lastIndex;
  const named = plan.tokens?.match(text, start, false);
  // A published format says more than the header does; of a JWT the header says more.
  if (named === undefined || named.category === 'jwt' || named.end < end) sink.secret(category, start, end);
  return end;
}

const userFlag = /(?:^|[ \t])(?:-u|--user|--proxy-user|-U|--basic|--auth|-a)[ \t=]{0,2}["']?$/;
const farthest = 64;
const flagRoom = 18;
const longestGap = 4;

/** Whether a user name after `-u` or `--user` ends here. */
export function userBefore(text: string, end: number, sign: number): boolean {
  if (end !== sign) return false;
  let start = end;
  const limit = Math.max(0, end - farthest);
  while (start > limit && isUserUnit(text.charCodeAt(start - 1))) start -= 1;
  const c = text.charCodeAt(start - 1);
  if (c !== 0x20 && c !== 0x22 && c !== 0x27) return false;
  return mayEndFlag(text, start) && userFlag.test(text.slice(Math.max(0, start - flagRoom), start));
}

/** The last letter of one of those flags, behind a quote and spaces. */
function mayEndFlag(text: string, start: number): boolean {
  let at = start - 1;
  while (at > 0 && start - at < longestGap && !isAlnum(text.charCodeAt(at))) at -= 1;
  switch (text.charCodeAt(at)) {
    case 0x75: case 0x72: case 0x55: case 0x63: case 0x68: case 0x61: // u r U c h a
      return true;
    default:
      return false;
  }
}

function isUserUnit(c: number): boolean {
  return isRun(c) || c === 0x2e || c === 0x40;
}

const password = /[^\s"'`<>]{3,}/y;

/** `curl -u user:password`. */
export function basicAuth(text: string, sign: number, plan: Plan, sink: Sink): boolean {
  password.lastIndex = sign + 1;
  const found = password.exec(text)?.[0];
  if (found === undefined || isUrlStandIn(found) || /^\$|^\/\//.test(found) || hidden.test(found) || !plan.secrets.has('basic_auth')) return false;
  sink.secret('basic_auth', sign + 1, password.lastIndex);
  return true;
}

const signature = /[A-Za-z0-9+/%]{40,}={0,2}/y;
const sasField = /[?&;"](?:amp;)?s[vetprs]=/;
const reach = 120;

/** The `sig=` of a shared access signature: other fields of one stand before it. */
export function sasAt(text: string, start: number, sign: number, plan: Plan, sink: Sink): boolean {
  if (!text.startsWith('sig', start) || text.charCodeAt(sign) !== 0x3d || !isAlnum(text.charCodeAt(sign + 1))) return false;
  signature.lastIndex = sign + 1;
  if (!plan.secrets.has('azure_sas_token') || !signature.test(text) || !sasField.test(text.slice(Math.max(0, start - reach), start))) return false;
  sink.secret('azure_sas_token', sign + 1, signature.lastIndex);
  return true;
}
