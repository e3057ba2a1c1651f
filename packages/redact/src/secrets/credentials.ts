import { isAlnum, isRun } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import type { WrittenValue } from './read-value.js';
import { isBearerToken, isStandIn, isUrlStandIn } from './value-judge.js';

const scheme = /(Bearer|Basic|Token|Digest|ApiKey|Api-Key|Key|Negotiate|SSWS|GenieKey|Splunk|Apikey|Klaviyo-API-Key|AWS4-HMAC-SHA256)[ \t]+["']?/iy;
const credential = /[^\s"'`,;<>\\]{4,}/y;
const hidden = /^(?:\[HMAC:|\[SHA256:|⟦|\*)/;

/** `Authorization: scheme credential`: whatever the credential looks like. */
export function authorization(text: string, value: WrittenValue, plan: Plan, sink: Sink): void {
  scheme.lastIndex = value.start;
  const name = scheme.exec(text)?.[1]?.toLowerCase();
  const start = name === undefined ? value.start : scheme.lastIndex;
  credential.lastIndex = start;
  const found = credential.exec(text)?.[0];
  if (found === undefined || isStandIn(found) || hidden.test(found)) return;
  const named = plan.tokens?.match(text, start, false);
  // A published format says more than the header does; of a JWT the header says more.
  if (named !== undefined && named.category !== 'jwt' && named.end >= start + found.length) return;
  const category = name === 'bearer' ? 'bearer_token' : name === 'basic' ? 'basic_auth' : 'generic_api_key';
  const certain = name === 'bearer' || name === 'basic' ? found.length >= 6 : isBearerToken(found);
  if (certain && plan.secrets.has(category)) sink.secret(category, start, start + found.length);
}

const userFlag = /(?:^|[ \t])(?:-u|--user|--proxy-user|-U|--basic|--auth|-a)[ \t=]{0,2}["']?$/;
const farthest = 64;
const flagRoom = 18;

/** Whether a user name after `-u` or `--user` ends here. */
export function userBefore(text: string, end: number, sign: number): boolean {
  if (end !== sign) return false;
  let start = end;
  const limit = Math.max(0, end - farthest);
  while (start > limit && isUserUnit(text.charCodeAt(start - 1))) start -= 1;
  const c = text.charCodeAt(start - 1);
  if (c !== 0x20 && c !== 0x22 && c !== 0x27) return false;
  const flag = text.slice(Math.max(0, start - flagRoom), start);
  return flag.includes('-') && userFlag.test(flag);
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
  if (!plan.secrets.has('azure_sas_token') || !sasField.test(text.slice(Math.max(0, start - reach), start))) return false;
  signature.lastIndex = sign + 1;
  if (!signature.test(text)) return false;
  sink.secret('azure_sas_token', sign + 1, signature.lastIndex);
  return true;
}
