import { GuardError } from '../../errors.js';
import { readSwitchEvent } from './switch-event.js';
import { mostTrips } from './trip-book.js';
import type { SwitchEvent } from './trip.js';

const format = 'enforcecore-kill-switch/1';

/** Bytes of a file that holds a switch: more than all that a switch keeps, each name as long as names can be. */
export const mostFileBytes = 2 ** 23;

/** Each trip and each reset that a switch keeps, and the trip for all that comes when there is no room for more. */
const mostEvents = 2 * mostTrips + 1;

/** Characters of a reason, where not all of them fit. */
const shortReason = 100;

/** @throws GuardError for what `writeSwitchFile` has not written. */
export function readSwitchFile(text: string): readonly SwitchEvent[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new GuardError('GUARD', 'it is no JSON', { cause: error });
  }
  if (typeof content !== 'object' || content === null || !('format' in content) || content.format !== format) {
    throw new GuardError('GUARD', `it does not say "format": "${format}"`);
  }
  if (!('events' in content) || !Array.isArray(content.events)) throw new GuardError('GUARD', 'it has no list of events');
  if (content.events.length > mostEvents) throw new GuardError('GUARD', `it has more than ${String(mostEvents)} events`);
  return content.events.map(readSwitchEvent);
}

/** The text of a file that brings a switch to where these events bring it. */
export function writeSwitchFile(events: readonly SwitchEvent[]): string {
  const text = `${JSON.stringify({ format, events }, undefined, 2)}\n`;
  return Buffer.byteLength(text) <= mostFileBytes ? text : `${JSON.stringify({ format, events: events.map(shortened) })}\n`;
}

function shortened(event: SwitchEvent): SwitchEvent {
  if (event.kind === 'reset') return { ...event, reason: cut(event.reason) };
  return { kind: 'tripped', trip: { ...event.trip, reason: cut(event.trip.reason) } };
}

function cut(reason: string): string {
  return reason.length <= shortReason ? reason : `${reason.slice(0, shortReason - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
