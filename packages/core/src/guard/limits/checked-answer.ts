import { GuardError } from '../../errors.js';
import type { LimitHold, LimitRefusal, LimitStore } from './limit-store.js';
import type { Wants } from './limit-terms.js';

/** What a refusal may have, before it is known to be one. */
type Told = Readonly<Record<'refused' | 'index' | 'retryAfterMs' | 'heldMicros' | 'settle' | 'release', unknown>>;

/**
 * What a store answered, where it can be worked with: a replaced store that answers anything else must not let a call in.
 *
 * @throws GuardError for anything that is neither a hold nor a refusal.
 */
export function checkedAnswer(answer: unknown, wants: Wants, { name }: LimitStore): LimitHold | LimitRefusal {
  const told = answer as Told | null | undefined; // looked at, member by member
  if (typeof answer === 'object' && told && (isHold(told) || isRefusal(told, wants))) return answer as LimitHold | LimitRefusal; // as just seen
  throw new GuardError('GUARD', `${name} answered neither with what the call holds, { settle, release }, nor with what refuses it; mend its take()`);
}

function isHold({ refused, settle, release }: Told): boolean {
  return refused === undefined && typeof settle === 'function' && typeof release === 'function';
}

function isRefusal({ refused, index, retryAfterMs, heldMicros }: Told, wants: Wants): boolean {
  switch (refused) {
    case 'rate':
      return isIndex(index, wants.rates) && isAmount(retryAfterMs);
    case 'budget':
      return isIndex(index, wants.accounts) && isAmount(heldMicros);
    case 'slot':
      return isIndex(index, wants.slots);
    default:
      return false;
  }
}

function isIndex(index: unknown, list: readonly unknown[]): boolean {
  return typeof index === 'number' && list[index] !== undefined;
}

function isAmount(given: unknown): boolean {
  return typeof given === 'number' && Number.isFinite(given) && given >= 0;
}
