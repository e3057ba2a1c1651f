// #region guard
import {
  EnforcementViolation,
  LimitGuard,
  type Clock,
  type LimitStore,
  type Logger,
  type Reservation,
  type ReservationRequest,
} from '@enforcecore/core';

/** A span of time in which nothing may be changed, in milliseconds since 1970. */
export interface Freeze {
  readonly from: number;
  readonly until: number;
}

/** All limits of the house's own guard, and a change freeze in front of them. */
export class FreezeGuard extends LimitGuard {
  readonly #clock: Clock;
  readonly #freeze: Freeze;

  constructor(store: LimitStore, clock: Clock, logger: Logger, freeze: Freeze) {
    super(store, clock, logger);
    this.#clock = clock;
    this.#freeze = freeze;
  }

  override reserve(request: ReservationRequest): Reservation | Promise<Reservation> {
    const now = this.#clock.now();
    if (request.call.tool.startsWith('deploy') && now >= this.#freeze.from && now < this.#freeze.until) {
      throw new EnforcementViolation('VETOED', {
        toolName: request.call.tool,
        policyName: request.policy.name,
        violationType: 'vetoed',
        reason: `change freeze until ${new Date(this.#freeze.until).toISOString()}`,
      });
    }
    return super.reserve(request);
  }
}
// #endregion guard
