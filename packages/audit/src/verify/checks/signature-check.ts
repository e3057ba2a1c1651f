import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import { parseSignedNote } from '../../checkpoint/signed-note.js';
import { parseVerifierKey, type VerifierKey } from '../../checkpoint/verifier-key.js';
import { verifyNote } from '../../checkpoint/verify-note.js';
import type { Place, Verdict } from '../verdict.js';

/** Every checkpoint is signed by a key that was given, and no two signed ones contradict each other. */
export class SignatureCheck {
  readonly #verdict: Verdict;
  readonly #keys: readonly VerifierKey[];
  readonly #roots = new Map<number, string>();
  #signed = 0;
  #count = 0;

  /** Throws `TrailError` KEY for a text that is no verifier key. */
  constructor(verdict: Verdict, keys: readonly (string | VerifierKey)[]) {
    this.#verdict = verdict;
    this.#keys = keys.map((key) => (typeof key === 'string' ? parseVerifierKey(key) : key));
  }

  /** Whether keys were given. */
  get canJudge(): boolean {
    return this.#keys.length > 0;
  }

  /** Gives the name of the key that signed; null if none of those given did, or none was given. */
  async visit(note: string, checkpoint: Checkpoint, place: Place): Promise<string | null> {
    this.#count += 1;
    if (!this.canJudge) return null;
    const { verified, wrong } = await verifyNote(parseSignedNote(note, { allowUnsigned: true }), this.#keys);
    // C2SP tlog-checkpoint: the log's key has the origin as its name; another log's checkpoint is not about this one.
    const by = verified.find(({ key }) => key.algorithm !== 'ed25519' || key.name === checkpoint.origin);
    if (wrong.length > 0) this.#verdict.fail('signatures', place, `a signature by ${wrong[0]?.name ?? ''} is not by that key`);
    else if (by === undefined && verified.length > 0) this.#verdict.fail('signatures', place, 'the checkpoint is of a log with another origin than the key');
    else if (by === undefined) this.#verdict.fail('signatures', place, 'the checkpoint has no signature by a key that was given');
    if (by === undefined) return null;
    this.#signed += 1;
    this.#compare(checkpoint, place);
    return by.key.name;
  }

  /** Whoever gives a key knows that there were signatures: to take the checkpoints away must not be a way around them. */
  end(place: Place): void {
    if (!this.canJudge) this.#verdict.doubt('signatures', 'no key was given');
    else if (this.#count === 0) this.#verdict.fail('signatures', place, 'there is no checkpoint, so nothing is signed by a key that was given');
    else this.#verdict.note('signatures', `${String(this.#signed)} signed`);
  }

  #compare({ size, root }: Checkpoint, place: Place): void {
    const before = this.#roots.get(size);
    if (before === undefined) this.#roots.set(size, root);
    else if (before !== root) {
      this.#verdict.fail('signatures', place, `a fork: two signed checkpoints of size ${String(size)} have different roots, so the log was shown in two versions`);
    }
  }
}
