import type { RoomBuilder } from './room-builder.js';
import type { Stage } from './stage.js';
import type { Walk } from './walk.js';

/** Composed where a policy counts blocked calls, or trips the kill switch over them. */
export const tallyRoom: RoomBuilder = (policy, { guard, tripwire }) => {
  const counts = policy.rules.countsBlocked && guard.blocked !== undefined;
  if (!counts && policy.tripRules.length === 0) return undefined;
  return new TallyStage((walk) => {
    if (policy.tripRules.length > 0) tripwire.saw(walk);
    // A call that came to the guard was counted there.
    if (counts && !walk.askedGuard) return guard.blocked?.({ call: walk.call, policy, now: walk.house.clock.monotonic() });
    return undefined;
  });
};

/** Tells those who count blocked calls of each one, however it was blocked. */
class TallyStage implements Stage {
  readonly room = 'tally';
  readonly name = 'Guard';
  readonly #count: (walk: Walk) => void | Promise<void>;

  constructor(count: (walk: Walk) => void | Promise<void>) {
    this.#count = count;
  }

  leave(walk: Walk): void | Promise<void> {
    if (walk.outcome?.kind !== 'blocked' || walk.isMonitored) return undefined;
    return this.#count(walk);
  }
}
