// #region imports
import { Clock, EnforcementViolation, LimitGuard, LimitStore, Logger, type Reservation, type ReservationRequest } from '@enforcecore/core';
import { Inject, Injectable, Module } from '@nestjs/common';
// #endregion imports

/** Tells whether the day's books are being closed; some other part of the application turns it. */
@Injectable()
export class NightAudit {
  isRunning = false;
}

@Module({ providers: [NightAudit], exports: [NightAudit] })
export class NightAuditModule {}

// #region guard
/** All limits of the house's own guard, and no bookings while the books are being closed. */
@Injectable()
export class NightGuard extends LimitGuard {
  readonly #audit: NightAudit;

  constructor(@Inject(LimitStore) store: LimitStore, @Inject(Clock) clock: Clock, @Inject(Logger) logger: Logger, @Inject(NightAudit) audit: NightAudit) {
    super(store, clock, logger);
    this.#audit = audit;
  }

  override reserve(request: ReservationRequest): Reservation | Promise<Reservation> {
    if (this.#audit.isRunning && request.call.tool === 'book_room') {
      throw new EnforcementViolation('VETOED', {
        toolName: request.call.tool,
        policyName: request.policy.name,
        violationType: 'vetoed',
        reason: 'the books of the day are being closed',
      });
    }
    return super.reserve(request);
  }
}
// #endregion guard
