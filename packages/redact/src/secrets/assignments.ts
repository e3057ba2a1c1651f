import { isAlnum } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import { keyKind, type KeyKind } from './key-kind.js';
import { readValue, type WrittenValue } from './read-value.js';
import { isBearerToken, isKey, isPassword, isStandIn, type Writing } from './value-judge.js';

const longestGap = 4;

/** The name and value around a `:` or `=`; answers up to where later pairs need not look, or -1. */
export function assignmentAt(text: string, sign: number, runStart: number, runEnd: number, plan: Plan, sink: Sink): number {
  if (sign - runEnd > longestGap || !isGap(text, runEnd, sign)) return -1;
  const kind = keyKind(text, runStart, runEnd);
  if (kind === undefined) return -1;
  const value = readValue(text, sign);
  if (value === undefined) return -1;
  return record(text, kind, value, plan, sink);
}

/** Between a name and its sign: a closing quote or bracket, spaces. */
function isGap(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) {
    const c = text.charCodeAt(i);
    if (c !== 0x20 && c !== 0x22 && c !== 0x27 && c !== 0x5c && c !== 0x5d && c !== 0x60 && c !== 0x09) return false;
  }
  return true;
}

/** A flag and its value: `--password hunter2`. */
export function flagAt(text: string, runStart: number, runEnd: number, plan: Plan, sink: Sink): number {
  const kind = keyKind(text, runStart + 2, runEnd);
  if (kind === undefined || !isAlnum(text.charCodeAt(runStart + 2))) return -1;
  const value = readValue(text, runEnd);
  return value === undefined ? -1 : record(text, kind, { ...value, last: true }, plan, sink);
}

function record(text: string, kind: KeyKind, value: WrittenValue, plan: Plan, sink: Sink): number {
  if (kind === 'authorization') return authorization(text, value, plan, sink);
  const category = judge(kind, text.slice(value.start, value.end), value);
  if (category === undefined || !plan.secrets.has(category)) return -1;
  sink.secret(category, value.start, value.end);
  return value.end;
}

const base64of40 = /^[A-Za-z0-9/+=]{40}$/;
const base64Key = /^[A-Za-z0-9/+%]{20,}={0,2}$/;
const hexId = /^[0-9a-f]{20,64}$/i;

/** The category of a value under such a name, undefined when it is harmless. */
export function judge(kind: KeyKind, value: string, writing: Writing): string | undefined {
  if (kind === 'password') return isPassword(value, writing) ? 'password' : undefined;
  if (kind === 'aws' && base64of40.test(value) && !isStandIn(value)) return 'aws_secret_key';
  if (kind === 'azure' && base64Key.test(value)) return 'azure_connection_string';
  if (kind === 'gcp' && hexId.test(value)) return 'gcp_service_account';
  return isKey(value, writing) ? 'generic_api_key' : undefined;
}

const scheme = /(Bearer|Basic|Token|Digest|ApiKey|Negotiate|AWS4-HMAC-SHA256)[ \t]+["']?/iy;
const credential = /[^\s"'`,;<>\\]{4,16384}/y;

/** `Authorization: scheme credential`: whatever the credential looks like. */
function authorization(text: string, value: WrittenValue, plan: Plan, sink: Sink): number {
  scheme.lastIndex = value.start;
  const name = scheme.exec(text)?.[1]?.toLowerCase();
  const start = name === undefined ? value.start : scheme.lastIndex;
  credential.lastIndex = start;
  const found = credential.exec(text)?.[0];
  if (found === undefined || isStandIn(found) || found.startsWith('[HMAC:')) return -1;
  const category = name === 'bearer' ? 'bearer_token' : name === 'basic' ? 'basic_auth' : 'generic_api_key';
  const certain = name === 'bearer' || name === 'basic' ? found.length >= 6 : isBearerToken(found);
  if (!certain || !plan.secrets.has(category)) return -1;
  sink.secret(category, start, start + found.length);
  return start + found.length;
}
