import { TrailError, type TrailOptions } from '@enforcecore/audit';
import { cosignCheckpoint, parseWitnessPolicy, policyWitnesses, type WitnessClient, type WitnessPolicy } from '@enforcecore/audit/witness';
import { readFileSync } from 'node:fs';

type Cosigner = NonNullable<TrailOptions['cosigner']>;
type CosignRequest = Parameters<Cosigner['cosign']>[0];

/** Sends every checkpoint to the witnesses of a policy file, and keeps it as witnessed where the policy's quorum confirms it. */
export class PolicyCosigner implements Cosigner {
  readonly #policy: WitnessPolicy;
  readonly #witnesses: readonly WitnessClient[];
  readonly #onWarning: (message: string) => void;
  /** The last size that the quorum confirmed: what the next proof begins with. */
  #confirmed = 0;
  /** The largest size that is to be confirmed. */
  #newest = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws TrailError `FORMAT` for a file that is no policy. */
  constructor(path: string, onWarning: (message: string) => void) {
    this.#policy = parseWitnessPolicy(readFileSync(path, 'utf8'));
    this.#witnesses = policyWitnesses(this.#policy);
    this.#onWarning = onWarning;
  }

  /**
   * One after the other, since a witness that has confirmed a later checkpoint takes an earlier one for another history.
   *
   * @throws TrailError `WITNESS` where the quorum does not confirm; the next checkpoint is sent all the same.
   */
  cosign(request: CosignRequest): Promise<string> {
    this.#newest = Math.max(this.#newest, request.size);
    const turn = this.#last.then(() => this.#ask(request));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #ask({ note, size, stateAt, leavesFrom }: CosignRequest): Promise<string> {
    // What the later one confirms includes this one, and witnesses that are slow must not be kept busy with the past.
    if (size < this.#newest) throw unconfirmed(size, `that of ${String(this.#newest)} is sent in its place`);
    const previous = stateAt(this.#confirmed) ?? undefined;
    const { note: cosigned, failures, satisfied } = await cosignCheckpoint({
      record: { note }, leaves: leavesFrom, witnesses: this.#witnesses, policy: this.#policy, ...(previous === undefined ? {} : { previous }),
    });
    const why = failures.map(({ error }) => error.message).join('; ');
    if (satisfied !== true) throw unconfirmed(size, why === '' ? 'the policy asks none that could' : why, failures[0]?.error);
    if (why !== '') this.#onWarning(why);
    this.#confirmed = size;
    return cosigned;
  }
}

/** Never `CHECKPOINT`, which would stop the trail: a witness may also be ahead because another process was faster, or lie. */
function unconfirmed(size: number, why: string, cause?: TrailError): TrailError {
  return new TrailError('WITNESS', '', `the witnesses did not confirm the checkpoint of ${String(size)} entries: ${why}`, { cause });
}
