import { parseCheckpoint } from '../checkpoint/checkpoint.js';
import { addSignature } from '../checkpoint/sign-checkpoint.js';
import { parseSignedNote } from '../checkpoint/signed-note.js';
import { verifyNote } from '../checkpoint/verify-note.js';
import { TrailError } from '../errors.js';
import { consistencyProofAsync } from '../tree/proofs.js';
import { EMPTY_TREE, TreeBuilder, type TreeState } from '../tree/tree-state.js';
import { WitnessClient, type Cosignature } from './witness-client.js';
import { isSatisfied, type WitnessPolicy } from './witness-policy.js';

/** The leaf hashes of a log in hex, in order, from an index on. */
export type LeavesFrom = (index: number) => AsyncIterable<string> | Iterable<string>;

export interface CosignOptions {
  /** The checkpoint as it is kept, signed by the log. */
  readonly record: { readonly note: string };
  /** The state at the last size the witnesses cosigned; from the beginning unless given. */
  readonly previous?: TreeState;
  /** Some other state of the log, the largest that is kept and not larger than `atMost`; saves reading where a witness stands elsewhere. */
  readonly stateAt?: (atMost: number) => TreeState | null | Promise<TreeState | null>;
  /** Read from the nearest state below where a witness stands, or from the beginning. */
  readonly leaves: LeavesFrom;
  /** Whom to ask; those of the policy that have an address unless given. */
  readonly witnesses?: readonly WitnessClient[];
  readonly policy?: WitnessPolicy;
}

/** Why a witness did not cosign; an error with the code CHECKPOINT is an alarm. */
export interface CosignFailure {
  readonly witness: string;
  readonly error: TrailError;
}

export interface CosignedCheckpoint {
  /** The note with every cosignature that came; to be kept in a further record for the same size. */
  readonly note: string;
  readonly cosigned: readonly { readonly witness: string; readonly time: number }[];
  readonly failures: readonly CosignFailure[];
  /** Whether the policy is satisfied by the note; null without one. */
  readonly satisfied: boolean | null;
}

/** The clients for those witnesses of a policy that have an address. */
export function policyWitnesses(policy: WitnessPolicy, timeoutMs?: number): WitnessClient[] {
  const timeout = timeoutMs === undefined ? {} : { timeoutMs };
  return policy.witnesses.flatMap(({ key, url }) => (url === null ? [] : [new WitnessClient({ key, url, ...timeout })]));
}

async function grown(from: TreeState, size: number, leaves: LeavesFrom): Promise<TreeState> {
  if (from.size === size) return from;
  const builder = new TreeBuilder(from);
  for await (const leaf of leaves(from.size)) {
    builder.add(leaf);
    if (builder.size === size) return builder.state();
  }
  throw new TrailError('TRUNCATED', '', `the log has ${builder.size} leaves, a witness has seen ${size}: verify the trail`);
}

/** One proof for each size that a witness asks for, however many ask. */
function proofs(size: number, { leaves, previous = EMPTY_TREE, stateAt }: CosignOptions): (oldSize: number) => Promise<readonly string[]> {
  const made = new Map<number, Promise<readonly string[]>>();
  const make = async (oldSize: number): Promise<readonly string[]> => {
    if (oldSize === 0 || oldSize === size) return [];
    const kept = [previous, (await stateAt?.(oldSize)) ?? EMPTY_TREE].filter((state) => state.size <= oldSize);
    const nearest = kept.reduce((best, state) => (state.size > best.size ? state : best), EMPTY_TREE);
    return consistencyProofAsync(await grown(nearest, oldSize, leaves), leaves(oldSize), size);
  };
  return (oldSize) => {
    const proof = made.get(oldSize) ?? make(oldSize);
    made.set(oldSize, proof);
    return proof;
  };
}

/** Asks all witnesses at once to cosign a checkpoint and waits for each; throws only for a checkpoint that is none. */
export async function cosignCheckpoint(options: CosignOptions): Promise<CosignedCheckpoint> {
  const { record, previous = EMPTY_TREE, policy } = options;
  const { note } = record;
  const { size } = parseCheckpoint(parseSignedNote(note).text);
  const witnesses = options.witnesses ?? (policy === undefined ? [] : policyWitnesses(policy));
  const request = { note, oldSize: Math.min(previous.size, size), proofFrom: proofs(size, options) };
  const answers = await Promise.all(witnesses.map((witness) => asked(witness, request)));
  let cosignedNote = note;
  const cosigned: { witness: string; time: number }[] = [];
  const failures: CosignFailure[] = [];
  for (const { witness, answer } of answers) {
    if (answer instanceof TrailError) {
      failures.push({ witness, error: answer });
      continue;
    }
    cosigned.push({ witness, time: answer.time });
    for (const line of answer.lines) cosignedNote = addSignature(cosignedNote, line);
  }
  const verdict = policy === undefined ? null : await verifyNote(parseSignedNote(cosignedNote), policy.keys);
  const satisfied = policy === undefined || verdict === null ? null : isSatisfied(policy, verdict);
  return { note: cosignedNote, cosigned, failures, satisfied };
}

async function asked(
  client: WitnessClient,
  request: Parameters<WitnessClient['cosign']>[0],
): Promise<{ readonly witness: string; readonly answer: Cosignature | TrailError }> {
  const witness = client.key.name;
  try {
    return { witness, answer: await client.cosign(request) };
  } catch (cause) {
    // One witness, or the log it needed read, must not keep the others' cosignatures from being used; the caller is told.
    const answer = cause instanceof TrailError ? cause : new TrailError('WITNESS', '', `no cosignature by witness ${witness}`, { cause });
    return { witness, answer };
  }
}
