import type { Checkpoint, VerifierKey } from '@enforcecore/audit';
import type { WitnessPolicy } from '@enforcecore/audit/witness';
import { CliError } from '../errors.js';

/** What the note of a checkpoint says, and who vouches for it. */
export interface JudgedNote {
  readonly checkpoint: Checkpoint;
  /** Keys that were given and did sign. */
  readonly signers: readonly { readonly name: string; readonly keyId: string; readonly time: number | null }[];
  /** Signatures that claim a key that was given and are not by it. */
  readonly wrong: number;
  /** Signatures by keys that were not given. */
  readonly unknown: number;
  /** Whether the log, or one of the logs, whose key was given signed; null where no key of a log was given. */
  readonly isSigned: boolean | null;
  /** Whether the policy is satisfied; null where none was given. */
  readonly isWitnessed: boolean | null;
}

/** Holds a note against keys and a policy. @throws CliError `INPUT` for what is no note of a checkpoint. */
export async function judgeNote(source: string, note: string, keys: readonly VerifierKey[], policy: WitnessPolicy | undefined): Promise<JudgedNote> {
  const { parseCheckpoint, parseSignedNote, TrailError, verifyNote } = await import('@enforcecore/audit');
  const { isSatisfied } = await import('@enforcecore/audit/witness');
  try {
    const signed = parseSignedNote(note, { allowUnsigned: true });
    const checkpoint = parseCheckpoint(signed.text);
    const all = distinct([...keys, ...(policy?.keys ?? [])]);
    const verdict = await verifyNote(signed, all);
    const logKeys = [...keys.filter(({ algorithm }) => algorithm === 'ed25519'), ...(policy?.logs ?? [])].map(nameAndId);
    // C2SP tlog-checkpoint: a log signs under its own origin, so that the key of one log says nothing of another.
    const isByLog = verdict.verified.some(({ key }) => logKeys.includes(nameAndId(key)) && key.name === checkpoint.origin);
    const isWitnessed = policy === undefined ? null : isSatisfied(policy, await verifyNote(signed, policy.keys));
    return {
      checkpoint,
      signers: verdict.verified.map(({ key, time }) => ({ name: key.name, keyId: key.keyId, time })),
      wrong: verdict.wrong.length,
      unknown: verdict.unknown,
      isSigned: logKeys.length === 0 ? null : isByLog,
      isWitnessed,
    };
  } catch (error) {
    if (!(error instanceof TrailError)) throw error;
    throw new CliError('INPUT', `${source}: ${error.message}`, { cause: error });
  }
}

function nameAndId({ name, keyId }: VerifierKey): string {
  return `${name}+${keyId}`;
}

function distinct(keys: readonly VerifierKey[]): readonly VerifierKey[] {
  return [...new Map(keys.map((key) => [`${nameAndId(key)}+${Buffer.from(key.publicKey).toString('hex')}`, key])).values()];
}
