import { ConcurrencyLimitError, CostLimitError, EnforceCoreError, GuardError, RateLimitError, type ViolationType } from '../errors.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import { isThenable } from '../pipeline/thenable.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { Policy } from '../policy/policy.js';
import type { Clock } from '../time/clock.js';
import type { Guard, Reservation, ReservationRequest } from './guard.js';
import { microsOf } from './cost/money.js';
import { TooManyValuesError } from './limits/limit-keys.js';

export const reserveRoom: RoomBuilder = (policy, { guard, clock, settings }) => {
  const budget = settings.costBudgetUsd;
  return new ReserveStage(policy, guard, clock, budget === undefined ? undefined : microsOf(budget, 'costBudgetUsd'));
};

/** Takes what the call needs of the limits, and gives it back when the tool did not run. */
class ReserveStage implements Stage {
  readonly room = 'reserve';
  readonly name = 'Guard';
  readonly #policy: Policy;
  readonly #guard: Guard;
  readonly #clock: Clock;
  readonly #budgetMicros: number | undefined;

  constructor(policy: Policy, guard: Guard, clock: Clock, budgetMicros: number | undefined) {
    this.#policy = policy;
    this.#guard = guard;
    this.#clock = clock;
    this.#budgetMicros = budgetMicros;
  }

  enter(walk: Walk, canWait: boolean): void | Promise<void> {
    // Before any guard, also one of your own; asked for anew, since it can be exchanged.
    walk.trial = walk.house.services.killSwitch.check(walk.call);
    if (walk.isMonitored) return this.#observe(walk, canWait);
    return this.#reserve(walk, canWait);
  }

  /** A call that waits for a slot uses up none of its tool's time. */
  ownWaitMs({ policy, tool }: Walk): number {
    return policy.rulesFor(tool).limits.queue?.maxWaitMs ?? 0;
  }

  /** Monitoring takes part in the limits as long as there is room, and goes on where there is none. */
  #observe(walk: Walk, canWait: boolean): void | Promise<void> {
    const full = (error: unknown): void => {
      this.#noteOnly(walk, error);
      const held = this.#guard.unreserved?.(this.#requestOf(walk, this.#clock.monotonic(), canWait));
      if (held !== undefined) walk.reservation = checked(held);
    };
    try {
      const pending = this.#reserve(walk, canWait);
      return pending === undefined ? undefined : pending.catch(full);
    } catch (error) {
      full(error);
      return undefined;
    }
  }

  #reserve(walk: Walk, canWait: boolean): void | Promise<void> {
    const now = this.#clock.monotonic();
    if (!Number.isFinite(now)) throw new GuardError('GUARD', 'the clock gives no time, so no limit can be held');
    this.#price(walk);
    walk.askedGuard = true;
    const reservation = this.#guard.reserve(this.#requestOf(walk, now, canWait));
    if (!isThenable(reservation)) {
      walk.reservation = checked(reservation);
      return undefined;
    }
    return Promise.resolve(reservation).then((held) => {
      // A call that could not wait has ended by now and will not give this back.
      if (walk.outcome !== undefined) checked(held).release();
      else walk.reservation = checked(held);
    });
  }

  #requestOf(walk: Walk, now: number, canWait: boolean): ReservationRequest {
    return {
      call: walk.call,
      policy: this.#policy,
      costMicros: walk.costMicros,
      budgetMicros: this.#budgetMicros,
      now,
      canWait,
      timeoutMs: walk.timeoutMs,
    };
  }

  #price(walk: Walk): void {
    const { costPlan } = walk.request;
    if (costPlan !== undefined) {
      try {
        walk.costMicros = costPlan.before(walk.call.args, walk.house.services.prices);
      } catch (error) {
        if (!walk.isMonitored) throw error;
        this.#noteOnly(walk, error);
      }
    }
    walk.reservedMicros = walk.costMicros;
  }

  /** What would have blocked the call. Throws what is no fault of the call's. */
  #noteOnly(walk: Walk, error: unknown): void {
    const found = whatWouldBlock(error);
    if (found === undefined) throw error;
    walk.note([{ rule: this.name, type: found.type, reason: found.reason, action: 'would_block' }]);
  }

  leave(walk: Walk): void {
    if (!walk.executed) {
      walk.reservation?.release();
      return;
    }
    if (walk.settledMicros === undefined) walk.reservation?.commit(undefined, walk.stillRuns);
    else this.#settle(walk, walk.settledMicros);
    if (walk.costFault === undefined) return;
    if (!walk.isMonitored) throw walk.costFault;
    this.#noteOnly(walk, walk.costFault);
  }

  /** What was recorded from inside the tool has been spent on its own, and stays on top. */
  #settle(walk: Walk, micros: number): void {
    walk.costMicros += micros - walk.reservedMicros;
    walk.reservation?.commit(micros);
  }
}

function whatWouldBlock(error: unknown): { readonly type: ViolationType; readonly reason: string } | undefined {
  if (error instanceof RateLimitError || error instanceof CostLimitError || error instanceof ConcurrencyLimitError) return { type: error.violationType, reason: error.reason };
  if (error instanceof TooManyValuesError) return { type: 'resource_limit', reason: error.message };
  if (EnforceCoreError.is(error) && error.code === 'COST_INVALID') return { type: 'cost_limit', reason: error.message };
  return undefined;
}

/** A replaced guard that forgets to return its reservation must not pass for one that granted it. */
function checked(reservation: Partial<Reservation> | undefined): Reservation {
  if (typeof reservation?.commit === 'function' && typeof reservation.release === 'function') {
    return reservation as Reservation;
  }
  throw new GuardError('GUARD', 'the guard gave no reservation; reserve() must return { commit, release } or throw');
}
