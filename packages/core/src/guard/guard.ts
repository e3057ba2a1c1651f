import type { Call } from '../call.js';
import { token } from '../container/token.js';
import type { NetworkRule } from '../policy/network/network.js';
import type { Policy } from '../policy/policy.js';

/** What one call asks of the limits. */
export interface ReservationRequest {
  readonly call: Call;
  readonly policy: Policy;
  /** Declared cost of the call in millionths of a US dollar. */
  readonly costMicros: number;
  /** Budget of the whole container in millionths of a US dollar. */
  readonly budgetMicros: number | undefined;
  /** Hosts that the tool may reach while it runs; all of the rules hold. */
  readonly egress: readonly NetworkRule[];
  /** The clock's monotonic milliseconds. */
  readonly now: number;
}

/** What a call holds while it runs. Exactly one of the two is called, once. */
export interface Reservation {
  /** The tool ran: the cost counts, whatever came of it. */
  commit(): void;
  /** The tool did not run. */
  release(): void;
}

/** Says whether there is room for one more call, and takes it: all of what the call needs, or nothing. */
export interface Guard {
  /** @throws EnforcementViolation when there is no room. Any other error blocks the call as well. */
  reserve(request: ReservationRequest): Reservation | Promise<Reservation>;
}

export const Guard = token<Guard>('Guard');
