import type { TripRule } from '../../policy/limits/limit-rules.js';
import type { Walk } from '../../pipeline/walk.js';
import type { TripScope } from './trip.js';

const all: TripScope = Object.freeze({ of: 'all' });
const callers = ['session', 'agent', 'tenant'] as const;

/**
 * Whom a rule may stop for a call, in the order to try: whom it names, then whoever else the call belongs to, and all in
 * the end. Names of tools come from models, who can invent any number: they never stop all.
 */
export function scopesOf(scope: TripRule['scope'], walk: Walk): readonly TripScope[] {
  if (scope === 'all') return [all];
  const { tool, who } = walk;
  const known = callers.flatMap((of): TripScope[] => {
    const name = who[of];
    return name === undefined || name === '' ? [] : [{ of, name }];
  });
  // A tool that may not be called need not be stopped; who calls it may have to be.
  if (scope === 'tool') return isDenied(walk) ? known : [{ of: scope, name: tool }, ...known];
  return [...known.filter(({ of }) => of === scope), ...known.filter(({ of }) => of !== scope), all];
}

function isDenied({ violation }: Walk): boolean {
  return violation?.type === 'tool_denied' || violation?.type === 'tool_not_allowed';
}
