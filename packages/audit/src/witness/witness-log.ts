import { parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.js';
import { cosignatureMessage, formatCosignature } from '../checkpoint/cosignature.js';
import { checkedSignature } from '../checkpoint/sign-checkpoint.js';
import { formatSignatureLine, formatSignedNote, parseSignedNote, type SignedNote } from '../checkpoint/signed-note.js';
import type { Signer } from '../checkpoint/signer.js';
import type { VerifierKey } from '../checkpoint/verifier-key.js';
import { verifyNote } from '../checkpoint/verify-note.js';
import { TrailError } from '../errors.js';
import { verifyConsistency } from '../proof/verify-consistency.js';
import { EMPTY_ROOT } from '../tree/tree-state.js';
import type { AddCheckpoint } from './add-checkpoint.js';
import type { WitnessStateFolder } from './witness-state.js';

/** What a witness answers; `size` is what it knows, where that is the reason. */
export type WitnessAnswer =
  | { readonly status: 200; readonly line: string }
  | { readonly status: 409; readonly size: number }
  | { readonly status: 400 | 403 | 404 | 422 };

/** A witness's own key and clock. */
export interface WitnessIdentity {
  readonly signer: Signer;
  /** The signer's key as one for cosignatures. */
  readonly key: VerifierKey;
  /** POSIX seconds. */
  now(): number;
}

const EMPTY_LOG = { size: 0, root: EMPTY_ROOT };
// Lost to other processes on the same folder.
const MAX_ATTEMPTS = 10;

/** What a witness does for one log: vouches for checkpoints that continue the last one, each history once. */
export class WitnessLog {
  readonly #keys: readonly VerifierKey[];
  readonly #folder: WitnessStateFolder;
  readonly #identity: WitnessIdentity;
  #time = 0;

  constructor(keys: readonly VerifierKey[], folder: WitnessStateFolder, identity: WitnessIdentity) {
    this.#keys = keys;
    this.#folder = folder;
    this.#identity = identity;
  }

  /** In the order of C2SP tlog-witness: signature, old size, what is known, consistency, keep, sign. */
  async answer({ oldSize, proof, note }: AddCheckpoint): Promise<WitnessAnswer> {
    const signed = parseSignedNote(note);
    const checkpoint = parseCheckpoint(signed.text);
    const { verified, wrong } = await verifyNote(signed, this.#keys);
    if (verified.length === 0 || wrong.length > 0) return { status: 403 };
    if (oldSize > checkpoint.size) return { status: 400 };
    return this.#advance(oldSize, proof, checkpoint, this.#kept(signed));
  }

  /** Only the log's own lines: what strangers added to the note is not kept. */
  #kept({ text, signatures }: SignedNote): SignedNote {
    const isOurs = (name: string, keyId: string): boolean => this.#keys.some((key) => key.name === name && key.keyId === keyId);
    return { text, signatures: signatures.filter(({ name, keyId }) => isOurs(name, keyId)) };
  }

  async #advance(oldSize: number, proof: readonly string[], checkpoint: Checkpoint, signed: SignedNote): Promise<WitnessAnswer> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      // INVARIANT: nothing is awaited between reading the state and advancing it.
      const { number, state } = this.#folder.read();
      const { size, root } = state?.checkpoint ?? EMPTY_LOG;
      if (oldSize !== size) return { status: 409, size };
      if (checkpoint.size === size && checkpoint.root !== root) return { status: 409, size };
      const claim = { oldSize: size, oldRoot: root, newSize: checkpoint.size, newRoot: checkpoint.root, proof };
      if (!verifyConsistency(claim)) return { status: 422 };
      // A clock that goes back must not make a later statement look like the earlier one.
      this.#time = Math.max(this.#identity.now(), state?.time ?? 0, this.#time);
      const isKnown = state !== null && checkpoint.size === size;
      if (isKnown || this.#folder.advance(number, formatSignedNote(signed), this.#time)) {
        return { status: 200, line: await this.#cosign(signed.text, this.#time) };
      }
    }
    throw new TrailError('CHECKPOINT', '', `the state of the log ${checkpoint.origin} changes faster than it can be read`);
  }

  async #cosign(text: string, time: number): Promise<string> {
    const { signer, key } = this.#identity;
    const { name, keyId } = key;
    const bytes = formatCosignature(time, checkedSignature(await signer.sign(cosignatureMessage(time, text)), name));
    const signature = { name, keyId, bytes };
    const { verified } = await verifyNote({ text, signatures: [signature] }, [key]);
    if (verified.length === 0) throw new TrailError('KEY', '', `the signer of ${name} signed with another key than it names`);
    return formatSignatureLine(signature);
  }
}
