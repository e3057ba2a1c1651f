import { GuardError } from '../../errors.js';
import { canonicalToolName } from '../../policy/tool-name.js';
import type { SwitchEvent, Trip, TripScope } from './trip.js';

const longestReason = 500;
const longestName = 256;
/** What a date can hold, less room for the events that have to be later than one that came from a clock far ahead. */
const latestRead = 8.64e15 - 1e9;
const latestNow = 8.64e15 - 2e9;
const named: ReadonlySet<unknown> = new Set(['tool', 'agent', 'tenant', 'session']);
/** What would end a line of a log, or make it read as another one. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** One text for each scope, for looking it up. */
export function scopeKey(scope: TripScope): string {
  return scope.of === 'all' ? 'all' : `${scope.of}\0${scope.name}`;
}

/** A reason as it is kept: one line of at most 500 characters. */
export function cleanReason(reason: unknown): string {
  const text = typeof reason === 'string' ? cleaned(reason, longestReason) : '';
  return text === '' ? 'no reason given' : text;
}

/** Who turned the switch, as it is kept. */
export function cleanBy(by: unknown): string {
  const text = typeof by === 'string' ? cleaned(by, longestName) : '';
  return text === '' ? 'unknown' : text;
}

/** @throws GuardError for a scope that is none; InvalidToolNameError for a name that no tool can have. */
export function readScope(value: unknown): TripScope {
  const { of, name } = fieldsOf(value, 'a scope');
  if (of === 'all') return { of };
  if (!named.has(of)) throw refused('a scope of all, tool, agent, tenant or session');
  if (typeof name !== 'string' || name === '' || name.length > longestName || !name.isWellFormed()) {
    throw refused(`the name of whose calls stop, of 1 to ${String(longestName)} characters`);
  }
  // The set above has no other word.
  const whose = of as 'tool' | 'agent' | 'tenant' | 'session';
  return { of: whose, name: whose === 'tool' ? canonicalToolName(name) : name };
}

/** A time as it is kept, whatever the clock says: nothing that a clock does may keep the switch from being turned. */
export function readNow(now: () => number): number {
  try {
    const at = now();
    if (typeof at !== 'number' || Number.isNaN(at)) return 0;
    return Math.min(Math.max(0, at), latestNow);
  } catch {
    // Safe to go on: a trip at time 0 is in force all the same.
    return 0;
  }
}

/** Reads an event that comes from a file or from another process. @throws GuardError for what is none. */
export function readSwitchEvent(value: unknown): SwitchEvent {
  try {
    const fields = fieldsOf(value, 'an event of a kill switch');
    if (fields['kind'] === 'tripped') return { kind: 'tripped', trip: readTrip(fields['trip']) };
    if (fields['kind'] !== 'reset') throw refused('an event of kind tripped or reset');
    const { tripId } = fields;
    return {
      kind: 'reset',
      scope: readScope(fields['scope']),
      by: cleanBy(fields['by']),
      at: readTime(fields['at']),
      reason: cleanReason(fields['reason']),
      ...(tripId === undefined ? {} : { tripId: readId(tripId) }),
    };
  } catch (error) {
    if (error instanceof GuardError) throw error;
    throw new GuardError('GUARD', 'an event of a kill switch cannot be read', { cause: error });
  }
}

/** @throws GuardError for a time that no trip can wait. */
export function readWait(ms: unknown): number | undefined {
  if (ms === undefined || ms === null) return undefined;
  if (typeof ms === 'number' && ms > 0 && Number.isFinite(ms)) return ms;
  throw refused('recoverAfterMs as a number of milliseconds above 0');
}

export function readTrialCalls(count: unknown): number {
  if (count === undefined) return 1;
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 1) return count;
  throw refused('trialCalls as a whole number of at least 1');
}

function readTrip(value: unknown): Trip {
  const { id, scope, reason, by, at, recoverAfterMs, trialCalls } = fieldsOf(value, 'a trip');
  return {
    id: readId(id),
    scope: readScope(scope),
    reason: cleanReason(reason),
    by: cleanBy(by),
    at: readTime(at),
    recoverAfterMs: readWait(recoverAfterMs),
    trialCalls: readTrialCalls(trialCalls),
  };
}

function readId(id: unknown): string {
  if (typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id)) return id;
  throw refused('an id of 1 to 128 letters, digits and _ . : -');
}

function readTime(at: unknown): number {
  if (typeof at === 'number' && Number.isFinite(at) && at >= 0 && at <= latestRead) return at;
  throw refused('a time in milliseconds since 1970');
}

function fieldsOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(what);
  return value as Readonly<Record<string, unknown>>; // an object, of which each field is looked at
}

function cleaned(text: string, longest: number): string {
  // Cut first: whoever sends a megabyte need not have it searched.
  const short = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return short.replaceAll(unseen, ' ').replaceAll(/ {2,}/g, ' ').trim();
}

function refused(expected: string): GuardError {
  return new GuardError('GUARD', `an event of a kill switch was refused: expected ${expected}`);
}
