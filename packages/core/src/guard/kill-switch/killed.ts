import { ResourceLimitError } from '../../errors.js';
import type { Trip, TripScope } from './trip.js';

/** What a call gets that the kill switch stops. */
export function killed(tool: string, policyName: string, trip: Trip, note = ''): ResourceLimitError {
  const whose = trip.scope.of === 'all' ? '' : ` for ${scopeWords(trip.scope)}`;
  return new ResourceLimitError('KILL_SWITCH', {
    toolName: tool,
    policyName,
    violationType: 'kill_switch',
    reason: `the kill switch is tripped${whose}: ${trip.reason}${note}`,
  });
}

/** A scope for people: `all calls`, `tenant "acme"`. */
export function scopeWords(scope: TripScope): string {
  return scope.of === 'all' ? 'all calls' : `${scope.of} "${scope.name}"`;
}
