import { logQuietly } from '../logging/log-quietly.js';
import type { Guard } from '../guard/guard.js';
import { isThenable } from './thenable.js';
import type { RoomBuilder } from './room-builder.js';
import type { Stage } from './stage.js';
import type { Walk } from './walk.js';

/** Composed where a policy counts blocked calls, or trips the kill switch over them. */
export const tallyRoom: RoomBuilder = (policy, { guard, tripwire }) => {
  const counts = policy.rules.countsBlocked && guard.blocked !== undefined;
  if (!counts && policy.tripRules.length === 0) return undefined;
  return new TallyStage((walk, canWait) => {
    const isBlocked = walk.outcome?.kind === 'blocked';
    if (policy.tripRules.length > 0 && (isBlocked || walk.violations.length > 0)) tripwire.saw(walk);
    // A call that came to the guard was counted there.
    if (counts && isBlocked && !walk.askedGuard) return countBlocked(guard, walk, canWait);
    return undefined;
  });
};

/** INVARIANT: never fails; the call is blocked already, and its own error is what its caller is to see. */
function countBlocked(guard: Guard, walk: Walk, canWait: boolean): void | Promise<void> {
  const failed = (error: unknown): void => {
    logQuietly(walk.house.services.logger, 'error', `a blocked call was not counted: ${error instanceof Error ? error.message : 'no error was given'}`);
  };
  try {
    const pending = guard.blocked?.({ call: walk.call, policy: walk.policy, now: walk.house.clock.monotonic() });
    if (!isThenable(pending)) return undefined;
    const counted = Promise.resolve(pending).catch(failed);
    return canWait ? counted : undefined;
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** Tells those who count blocked calls of each one, however it was blocked; and the tripwire of what a tool tried, whatever came of the call. */
class TallyStage implements Stage {
  readonly room = 'tally';
  readonly name = 'Guard';
  readonly #count: (walk: Walk, canWait: boolean) => void | Promise<void>;

  constructor(count: (walk: Walk, canWait: boolean) => void | Promise<void>) {
    this.#count = count;
  }

  leave(walk: Walk, canWait: boolean): void | Promise<void> {
    if (walk.isMonitored) return undefined;
    return this.#count(walk, canWait);
  }
}
