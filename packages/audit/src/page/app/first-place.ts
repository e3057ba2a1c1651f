import type { Place } from '../../verify/verdict.js';
import type { VerificationResult } from '../../verify/verification.js';

function isEarlier(one: Place, other: Place): boolean {
  return one.index !== null && (other.index === null || one.index < other.index);
}

/** Where in the log something is wrong first: what is found last may stand first, such as a torn line nobody vouched for. */
export function firstPlace({ checks }: VerificationResult): Place | null {
  let earliest: Place | null = null;
  for (const { first } of checks) {
    if (first !== null && (earliest === null || isEarlier(first, earliest))) earliest = first;
  }
  return earliest;
}
