import { TrailError } from '../errors.js';
import { EMPTY_TREE } from '../tree/tree-state.js';
import { cosignCheckpoint, policyWitnesses, type CosignFailure } from './cosign.js';
import type { Cosigner, CosignRequest } from './cosigner.js';
import { WitnessAheadError } from './witness-ahead-error.js';
import type { WitnessClient } from './witness-client.js';
import type { WitnessPolicy } from './witness-policy.js';

export interface WitnessCosignerOptions {
  /** Its witnesses that have an address are asked, and its quorum must be met. */
  readonly policy: WitnessPolicy;
  /** For one request to a witness; 10 seconds unless said. */
  readonly timeoutMs?: number;
  /** Nobody else makes checkpoints of this log, so a witness that has seen more leaves is an alarm also where the log has as many by now; false unless said. */
  readonly isOnlyWriter?: boolean;
  /** Told of every witness that did not cosign, also where the others were enough. */
  readonly onFailure?: (failure: CosignFailure) => void;
}

/** Has the checkpoints of a trail cosigned by the witnesses of a policy, one at a time. */
export class WitnessCosigner implements Cosigner {
  readonly #policy: WitnessPolicy;
  readonly #witnesses: readonly WitnessClient[];
  readonly #isOnlyWriter: boolean;
  readonly #onFailure: (failure: CosignFailure) => void;
  #running: Promise<void> = Promise.resolve();
  #newest: CosignRequest | null = null;
  #cosignedSize = 0;

  constructor({ policy, timeoutMs, isOnlyWriter = false, onFailure = () => undefined }: WitnessCosignerOptions) {
    this.#policy = policy;
    this.#witnesses = policyWitnesses(policy, timeoutMs);
    this.#isOnlyWriter = isOnlyWriter;
    this.#onFailure = onFailure;
  }

  /**
   * The note with the cosignatures that came. Throws `TrailError` WITNESS where they do not satisfy the policy, or a later
   * checkpoint was handed in meanwhile, and CHECKPOINT where they do not because a witness knows another history.
   */
  async cosign(request: CosignRequest): Promise<string> {
    this.#newest = request;
    // One after another: overtaken by its successor, a checkpoint would look rolled back to the witness.
    const turn = this.#running.then(() => this.#ask(request));
    this.#running = turn.then(
      () => undefined,
      // The caller gets the reason; the next in line only needs to know that this one is over.
      () => undefined,
    );
    return turn;
  }

  async #ask(request: CosignRequest): Promise<string> {
    const { note, size, stateAt, leavesFrom: leaves } = request;
    if (this.#newest !== request) throw new TrailError('WITNESS', '', 'a later checkpoint came before this one was cosigned');
    const previous = (await stateAt(Math.min(this.#cosignedSize, size))) ?? EMPTY_TREE;
    const options = { record: { note }, previous, stateAt, leaves, witnesses: this.#witnesses, policy: this.#policy };
    const { note: cosigned, failures, satisfied } = await cosignCheckpoint(options);
    for (const failure of failures) this.#onFailure(failure);
    if (satisfied !== true) throw await this.#reason(failures, request);
    this.#cosignedSize = Math.max(this.#cosignedSize, size);
    return cosigned;
  }

  async #reason(failures: readonly CosignFailure[], { sizeNow }: CosignRequest): Promise<TrailError> {
    const errors = failures.map(({ error }) => error);
    const alarms = errors.filter(({ code }) => code === 'CHECKPOINT');
    // Asked after the witness was: the leaves of another writer's checkpoint stand in the log before a witness hears of it.
    const now = this.#isOnlyWriter || !alarms.some((error) => error instanceof WitnessAheadError) ? 0 : await sizeNow?.();
    const alarm = alarms.find((error) => !(error instanceof WitnessAheadError) || (now !== undefined && error.seen > now));
    if (alarm !== undefined) return alarm;
    const reasons = errors.map(({ message }) => message).join('; ');
    const text = `too few witnesses cosigned the checkpoint for the policy${reasons === '' ? '' : `: ${reasons}`}`;
    return new TrailError('WITNESS', '', text, { cause: new AggregateError(errors) });
  }
}
