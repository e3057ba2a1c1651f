import { isAlnum, isDigit } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import { isUrlStandIn } from './value-judge.js';
import { webhookAt } from './webhooks.js';

const longestScheme = 32;
const longestAuthority = 512;
/** What of a database URI is hidden behind its credentials: a host, a name and options. */
const longestRest = 512;

const database = /^(?:jdbc:)?(?:postgres(?:ql)?|mysqlx?|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|oracle|clickhouse|cockroach(?:db)?|cassandra|couchdb|neo4j|bolt|nats|kafka|snowflake|redshift|db2|firebird|valkeys?|stomp|memcached|influxdb|elasticsearch)(?:\+[a-z0-9.]{1,24})?$/i;
/** Credentials in the URL whose `://` begins at `colon`; answers the `@` that ends them when they were found. */
export function urlAt(text: string, colon: number, plan: Plan, sink: Sink): number {
  if (isWebhookHost(text, colon + 3)) webhookAt(text, colon + 1, plan, sink);
  const at = credentialsEnd(text, colon + 3);
  if (at < 0) return -1;
  sink.doubtful = true;
  const start = colon + 3;
  const password = text.indexOf(':', start);
  if (password < 0 || password >= at - 1 || isUrlStandIn(text.slice(password + 1, at))) return -1;
  const scheme = schemeStart(text, colon);
  if (database.test(text.slice(scheme, colon)) && plan.secrets.has('database_connection_string')) {
    sink.secret('database_connection_string', scheme, uriEnd(text, at));
    return at;
  }
  if (!plan.secrets.has('password_in_url')) return -1;
  sink.secret('password_in_url', start, at);
  return at;
}

const webhookHost = /(?:[a-z0-9-]{1,40}\.(?:webhook\.|m\.)|hooks\.|(?:ptb\.|canary\.)?discord|chat\.google|maker\.)/iy;

function isWebhookHost(text: string, start: number): boolean {
  webhookHost.lastIndex = start;
  return webhookHost.test(text);
}

function schemeStart(text: string, colon: number): number {
  let start = colon;
  while (start > 0 && colon - start < longestScheme && isSchemeUnit(text.charCodeAt(start - 1))) start -= 1;
  if (text.startsWith('jdbc:', start - 5)) start -= 5;
  while (start < colon && !isAlnum(text.charCodeAt(start))) start += 1;
  return start;
}

function isSchemeUnit(c: number): boolean {
  return isAlnum(c) || c === 0x2b || c === 0x2d || c === 0x2e;
}

/** The last `@` of the authority. A `/`, `?` or `#` ends it, unless what stands before it is no host and port. */
function credentialsEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + longestAuthority);
  let at = -1;
  let beyond = false;
  for (let i = start; i < limit; i += 1) {
    const c = text.charCodeAt(i);
    if (isOutside(c)) break;
    if (c === 0x40) {
      at = i;
      if (beyond) break;
    } else if (c === 0x2f || c === 0x3f || c === 0x23) {
      if (at >= 0 || c === text.charCodeAt(i - 1) || (!beyond && !isOddPort(text, start, i))) break;
      beyond = true;
    }
  }
  return at;
}

function isOutside(c: number): boolean {
  return c <= 0x20 || c === 0x22 || c === 0x27 || c === 0x60 || c === 0x3c || c === 0x3e || c === 0x5b || c === 0x5c || c === 0x5d || c === 0x2c;
}

/** `user:pa/ss@host`: after the colon stands no port, so the slash may be part of a password. */
function isOddPort(text: string, start: number, slash: number): boolean {
  const colon = text.indexOf(':', start);
  if (colon < 0 || colon >= slash - 1) return false;
  for (let i = colon + 1; i < slash; i += 1) if (!isDigit(text.charCodeAt(i))) return true;
  return false;
}

function uriEnd(text: string, from: number): number {
  let end = from;
  const limit = Math.min(text.length, from + longestRest);
  while (end < limit && !isUriStop(text.charCodeAt(end))) end += 1;
  while (end > from && /[.,;:)}\]]/.test(text.charAt(end - 1))) end -= 1;
  return end;
}

function isUriStop(c: number): boolean {
  return c <= 0x20 || c === 0x22 || c === 0x27 || c === 0x60 || c === 0x3c || c === 0x3e || c === 0x5c || c === 0x2a;
}
