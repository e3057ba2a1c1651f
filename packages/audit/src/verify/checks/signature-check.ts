import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import { parseSignedNote } from '../../checkpoint/signed-note.js';
import { parseVerifierKey, type VerifierKey } from '../../checkpoint/verifier-key.js';
import { verifyNote } from '../../checkpoint/verify-note.js';
import { TrailError } from '../../errors.js';
import type { Place, Verdict } from '../verdict.js';

function isLogKey({ algorithm }: VerifierKey): boolean {
  return algorithm === 'ed25519';
}

/** Every checkpoint is signed by a key that was given, and no two signed ones contradict each other. */
export class SignatureCheck {
  readonly #verdict: Verdict;
  readonly #keys: readonly VerifierKey[];
  readonly #roots = new Map<number, string>();
  #signed = 0;
  #covered = 0;
  #origin: string | null = null;
  #count = 0;

  /** Throws `TrailError` KEY for a text that is no verifier key, or where all are witnesses' keys. */
  constructor(verdict: Verdict, keys: readonly (string | VerifierKey)[]) {
    this.#verdict = verdict;
    this.#keys = keys.map((key) => (typeof key === 'string' ? parseVerifierKey(key) : key));
    if (this.canJudge && !this.#keys.some(isLogKey)) {
      throw new TrailError('KEY', '', 'cannot verify: expected the key of the log, got keys of witnesses only: give those in a witness policy');
    }
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
    const by = verified.find(({ key }) => isLogKey(key) && key.name === checkpoint.origin);
    if (wrong.length > 0) this.#verdict.fail('signatures', place, `a signature by ${wrong[0]?.name ?? ''} is not by that key`);
    else if (by === undefined && verified.some(({ key }) => isLogKey(key))) this.#verdict.fail('signatures', place, 'the checkpoint is of a log with another origin than the key');
    else if (by === undefined) this.#verdict.fail('signatures', place, 'the checkpoint has no signature by a key that was given');
    if (by === undefined) return null;
    if (checkpoint.origin !== (this.#origin ??= checkpoint.origin)) {
      this.#verdict.fail('signatures', place, `a log has one name: this checkpoint is of ${checkpoint.origin}, another of ${this.#origin}`);
      return null;
    }
    this.#signed += 1;
    this.#covered = Math.max(this.#covered, checkpoint.size);
    this.#compare(checkpoint, place);
    return by.key.name;
  }

  /** Whoever gives a key knows that there were signatures: to take the checkpoints away must not be a way around them. */
  end(place: Place, size: number): void {
    if (!this.canJudge) this.#verdict.doubt('signatures', 'no key was given');
    else if (this.#count === 0) this.#verdict.fail('signatures', place, 'there is no checkpoint, so nothing is signed by a key that was given');
    else this.#verdict.note('signatures', `${String(this.#signed)} signed, the last over ${String(this.#covered)} lines; ${String(Math.max(0, size - this.#covered))} came after`);
  }

  #compare({ size, root }: Checkpoint, place: Place): void {
    const before = this.#roots.get(size);
    if (before === undefined) this.#roots.set(size, root);
    else if (before !== root) {
      this.#verdict.fail('signatures', place, `a fork: two signed checkpoints of size ${String(size)} have different roots, so the log was shown in two versions`);
    }
  }
}
