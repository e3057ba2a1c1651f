import { GuardError } from '../../errors.js';
import { readSwitchEvent } from './switch-event.js';
import { mostTrips } from './trip-book.js';
import type { SwitchEvent } from './trip.js';

const format = 'enforcecore-kill-switch/1';

/** Bytes of a file that holds a switch. */
export const mostFileBytes = 2 ** 20;

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
  if (content.events.length > 2 * mostTrips) throw new GuardError('GUARD', `it has more than ${String(2 * mostTrips)} events`);
  return content.events.map(readSwitchEvent);
}

/** The text of a file that brings a switch to where these events bring it. */
export function writeSwitchFile(events: readonly SwitchEvent[]): string {
  return `${JSON.stringify({ format, events }, undefined, 2)}\n`;
}
