import { KeySigner, generateKeyPair } from '../checkpoint/key-signer.js';
import { signCheckpoint } from '../checkpoint/sign-checkpoint.js';
import { parseVerifierKey, type VerifierKey } from '../checkpoint/verifier-key.js';
import { consistencyProof } from '../tree/proofs.js';
import { at, states } from '../tree/proofs.test.kit.js';
import { leafHash, rootOf, type TreeState } from '../tree/tree-state.js';
import { formatAddCheckpoint } from './add-checkpoint.js';

export const ORIGIN = 'example.com/log';

export function newSigner(name: string, algorithm: VerifierKey['algorithm'] = 'ed25519'): KeySigner {
  return new KeySigner(generateKeyPair(name, algorithm).signingKey);
}

export function keyOf({ verifierKey }: { readonly verifierKey: string }): VerifierKey {
  return parseVerifierKey(verifierKey);
}

/** A log that can be asked for its checkpoint and proof at any size; `fork` gives one with the same key that differs from an index on. The key's name is the origin. */
export class TestLog {
  readonly signer: KeySigner;
  readonly leaves: readonly string[];
  readonly #states: readonly TreeState[];

  constructor(size: number, signer = newSigner(ORIGIN), leaves = Array.from({ length: size }, (_, index) => leafHash(`leaf ${String(index)}`))) {
    this.signer = signer;
    this.leaves = leaves;
    this.#states = states(leaves);
  }

  get key(): VerifierKey {
    return keyOf(this.signer);
  }

  fork(from: number, mark = 'fork'): TestLog {
    const leaves = this.leaves.map((leaf, index) => (index < from ? leaf : leafHash(`${mark} ${String(index)}`)));
    return new TestLog(leaves.length, this.signer, leaves);
  }

  state(size: number): TreeState {
    return at(this.#states, size);
  }

  root(size: number): string {
    return rootOf(this.state(size));
  }

  proof(oldSize: number, size: number): string[] {
    return oldSize > size ? [] : consistencyProof(this.state(oldSize), this.leaves.slice(oldSize), size);
  }

  note(size: number, signer = this.signer): string {
    const note = signCheckpoint({ origin: this.key.name, size, root: this.root(size) }, signer);
    if (typeof note === 'string') return note;
    throw new Error('a key in memory signs at once');
  }

  /** The body that asks a witness to cosign. */
  body(oldSize: number, size: number, proof = this.proof(oldSize, size)): string {
    return formatAddCheckpoint({ oldSize, proof, note: this.note(size) });
  }
}
