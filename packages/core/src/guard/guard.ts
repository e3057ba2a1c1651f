import type { Call } from '../call.js';
import { token } from '../container/token.js';
import type { Admits } from '../pipeline/unheld.js';
import type { Policy } from '../policy/policy.js';

/** What one call asks of the limits. */
export interface ReservationRequest {
  readonly call: Call;
  readonly policy: Policy;
  /** Declared cost of the call in millionths of a US dollar. */
  readonly costMicros: number;
  /** Budget of the whole container in millionths of a US dollar. */
  readonly budgetMicros: number | undefined;
  /** The clock's monotonic milliseconds. */
  readonly now: number;
  /** Whether the call may be answered later: only then can it wait for a slot. */
  readonly canWait: boolean;
  /** Milliseconds that the tool may take; `undefined`: no deadline. */
  readonly timeoutMs?: number | undefined;
}

/** What is known of a call that was blocked before it asked for anything. */
export type BlockedCall = Pick<ReservationRequest, 'call' | 'policy' | 'now'>;

/** What a call holds while it runs. Exactly one of the two is called, once. */
export interface Reservation {
  /**
   * The tool ran: its cost counts, whatever came of it. `costMicros` is what it really was, where that is known.
   * `stillRuns` settles when the tool ends that nobody waits for any more: until then it uses what it runs in.
   */
  commit(costMicros?: number, stillRuns?: Promise<unknown>): void;
  /** The tool did not run. */
  release(): void;
  /** Money spent on top, recorded while the tool runs: for every account that the call draws on. */
  spend?(costMicros: number): void;
}

/** Says whether there is room for one more call, and takes it: all of what the call needs, or nothing. */
export interface Guard extends Admits {
  /** @throws EnforcementViolation when there is no room. Any other error blocks the call as well. */
  reserve(request: ReservationRequest): Reservation | Promise<Reservation>;
  /** A call was blocked before it came here: for limits that count blocked calls. Refuses nothing. */
  blocked?(call: BlockedCall): void | Promise<void>;
  /** What a call goes on with that had no room, where the policy only monitors: nothing is held, and its money counts. */
  unreserved?(request: ReservationRequest): Reservation;
}

export const Guard = token<Guard>('Guard');
