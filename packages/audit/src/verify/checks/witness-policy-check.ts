import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import { parseSignedNote } from '../../checkpoint/signed-note.js';
import { verifyNote } from '../../checkpoint/verify-note.js';
import { isSatisfied, parseWitnessPolicy, type WitnessPolicy } from '../../witness/witness-policy.js';
import type { Place, Verdict } from '../verdict.js';

/** The checkpoint that covers most and satisfies the policy: what it covers is witnessed. */
export class WitnessPolicyCheck {
  readonly #verdict: Verdict;
  readonly #policy: WitnessPolicy;
  readonly #place: Place;
  #witnessed: { readonly size: number; readonly root: string; readonly by: number } | null = null;

  /** Throws `TrailError` FORMAT for a text that is no policy. */
  constructor(verdict: Verdict, policy: string | WitnessPolicy, place: Place) {
    this.#verdict = verdict;
    this.#policy = typeof policy === 'string' ? parseWitnessPolicy(policy) : policy;
    this.#place = place;
  }

  /** Whether witnesses are asked for: then the log's own signature is not enough for anything. */
  get asksWitnesses(): boolean {
    return this.#policy.quorum !== null;
  }

  /** Gives whether the checkpoint satisfies the policy. */
  async visit(note: string, { size, root }: Checkpoint): Promise<boolean> {
    const verdict = await verifyNote(parseSignedNote(note, { allowUnsigned: true }), this.#policy.keys);
    // A policy that names nobody is satisfied by a note that nobody signed.
    if (this.#policy.keys.length === 0 || !isSatisfied(this.#policy, verdict)) return false;
    if (size >= (this.#witnessed?.size ?? 0)) this.#witnessed = { size, root, by: verdict.verified.filter(({ time }) => time !== null).length };
    return true;
  }

  /** That the log has the root of this checkpoint is for the check of checkpoints to say. */
  end(size: number, startSize: number, knowsLog: boolean): void {
    if (!knowsLog && this.#policy.logs.length === 0) this.#verdict.doubt('witnesses', "no key of the log was given, here or in the policy, so another log's checkpoints would do as well");
    if (this.#policy.quorum === null) {
      this.#verdict.doubt('witnesses', 'the policy asks for no witness');
    } else if (this.#witnessed === null) {
      this.#verdict.fail('witnesses', this.#place, 'no checkpoint has the cosignatures that the policy asks for');
    } else if (this.#witnessed.size < startSize) {
      this.#verdict.doubt('witnesses', `what is witnessed (${String(this.#witnessed.size)} lines) is before the first line that was read`);
    } else if (this.#verdict.hasFailed('checkpoints')) {
      this.#verdict.doubt('witnesses', 'the log is not the one that its checkpoints describe, so no cosignature is about it');
    } else {
      const { size: covered, by } = this.#witnessed;
      this.#verdict.note('witnesses', `size ${String(covered)} is witnessed by ${String(by)}, and ${String(size - covered)} lines came after`);
    }
  }
}
