import type { AuditEntry, VerifierKey } from '@enforcecore/audit';
import type { WitnessPolicy } from '@enforcecore/audit/witness';
import { judgeNote, type JudgedNote } from './judge-note.js';
import type { ProofFile } from './proof-file.js';

export interface ProofCheck {
  readonly name: 'line' | 'path' | 'checkpoint' | 'signature' | 'witnesses' | 'root';
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly detail: string;
}

/** What the line of a proof is. */
export type ProvenLine =
  | { readonly kind: 'entry'; readonly entry: AuditEntry }
  | { readonly kind: 'erased' | 'torn'; readonly entry: null };

export interface JudgedProof {
  readonly line: ProvenLine;
  readonly leaf: string;
  readonly checks: readonly ProofCheck[];
  /** Nothing fails, and somebody who is trusted vouches for the root. */
  readonly isProven: boolean;
  readonly note: JudgedNote | null;
}

export interface Trusted {
  readonly root?: string | undefined;
  readonly policy?: WitnessPolicy | undefined;
}

/** Judges a proof by itself, the keys and the policy. */
export async function judgeProof(source: string, proof: ProofFile, keys: readonly VerifierKey[], { root, policy }: Trusted = {}): Promise<JudgedProof> {
  const { verifyInclusion } = await import('@enforcecore/audit');
  const { line, leaf, check } = await lineOf(proof);
  const holds = leaf !== '' && verifyInclusion({ leaf, index: proof.index, size: proof.size, root: proof.root, proof: proof.path });
  const note = proof.checkpoint === null ? null : await judgeNote(`${source}: its checkpoint`, proof.checkpoint, keys, policy);
  const checks: ProofCheck[] = [
    check,
    holds
      ? { name: 'path', status: 'pass', detail: `the line is number ${String(proof.index)} of ${String(proof.size)} under the root` }
      : { name: 'path', status: 'fail', detail: 'the path does not lead from the line to the root' },
    checkpointCheck(proof, note),
    signatureCheck(note, keys, policy),
    witnessCheck(note, policy),
    rootCheck(proof, root),
  ];
  const isFaulty = checks.some(({ status }) => status === 'fail');
  const isVouched = note?.isSigned === true || note?.isWitnessed === true || root === proof.root;
  return { line, leaf, checks, isProven: !isFaulty && isVouched, note };
}

async function lineOf({ line, bytes }: ProofFile): Promise<{ readonly line: ProvenLine; readonly leaf: string; readonly check: ProofCheck }> {
  const { isDisguisedEntry, leafHash, parseLine, parseTombstone } = await import('@enforcecore/audit/proof');
  const torn = (raw: Buffer): Awaited<ReturnType<typeof lineOf>> => {
    const leaf = leafHash(raw);
    const check: ProofCheck = isDisguisedEntry(raw.toString(), leaf)
      ? { name: 'line', status: 'fail', detail: 'it is an entry that was made to look like a line that was cut short' }
      : { name: 'line', status: 'pass', detail: 'it is no entry, but the bytes of a line that was cut short' };
    return { line: { kind: 'torn', entry: null }, leaf, check };
  };
  if (line === null) return torn(Buffer.from(bytes ?? '', 'base64'));
  const parsed = parseLine(line);
  if (parsed.ok) {
    const isOwn = parsed.hash === parsed.entry.entry_hash;
    return {
      line: { kind: 'entry', entry: parsed.entry },
      leaf: parsed.hash,
      check: isOwn
        ? { name: 'line', status: 'pass', detail: 'it is an entry in canonical JSON, with the hash that it names' }
        : { name: 'line', status: 'fail', detail: 'the entry does not have the hash that it names: it was changed' },
    };
  }
  const tombstone = parseTombstone(line);
  if (tombstone === null) return torn(Buffer.from(line));
  return {
    line: { kind: 'erased', entry: null }, leaf: tombstone.entry_hash, check: { name: 'line', status: 'unknown', detail: 'the content was erased: an entry with this hash stood there' },
  };
}

function checkpointCheck({ size, root }: ProofFile, note: JudgedNote | null): ProofCheck {
  const name = 'checkpoint';
  if (note === null) return { name, status: 'unknown', detail: 'the proof has none' };
  const { checkpoint } = note;
  if (checkpoint.size !== size) return { name, status: 'fail', detail: `it is about ${String(checkpoint.size)} entries, the proof about ${String(size)}` };
  return checkpoint.root === root
    ? { name, status: 'pass', detail: `${checkpoint.origin} states this size and this root` }
    : { name, status: 'fail', detail: 'it states another root' };
}

function signatureCheck(note: JudgedNote | null, keys: readonly VerifierKey[], policy: WitnessPolicy | undefined): ProofCheck {
  const name = 'signature';
  if (note !== null && note.wrong > 0) return { name, status: 'fail', detail: 'a signature claims a key that was given, and is not by it' };
  if (keys.length === 0 && (policy?.logs.length ?? 0) === 0) return { name, status: 'unknown', detail: 'no key of the log was given' };
  if (note === null) return { name, status: 'fail', detail: 'there is no checkpoint that could be signed' };
  if (note.isSigned === null) return { name, status: 'unknown', detail: 'the keys that were given are those of witnesses' };
  return note.isSigned
    ? { name, status: 'pass', detail: `signed by ${note.checkpoint.origin}` }
    : { name, status: 'fail', detail: 'none of the keys that were given signed it as this log' };
}

function witnessCheck(note: JudgedNote | null, policy: WitnessPolicy | undefined): ProofCheck {
  const name = 'witnesses';
  if (policy === undefined) return { name, status: 'unknown', detail: 'no policy was given' };
  if (policy.quorum === null) return { name, status: 'unknown', detail: 'the policy asks for none' };
  return note?.isWitnessed === true
    ? { name, status: 'pass', detail: `cosigned as the policy asks: ${cosigners(note)}` }
    : { name, status: 'fail', detail: 'too few of the policy’s witnesses cosigned' };
}

function cosigners({ signers }: JudgedNote): string {
  return signers.filter(({ time }) => time !== null).map(({ name, time }) => `${name} at ${timeText(time ?? 0)}`).join(', ');
}

/** POSIX seconds, which a witness may have from anywhere. */
function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `second ${String(seconds)}` : date.toISOString().replace('.000Z', 'Z');
}

function rootCheck(proof: ProofFile, root: string | undefined): ProofCheck {
  if (root === undefined) return { name: 'root', status: 'unknown', detail: 'none was expected' };
  return root === proof.root ? { name: 'root', status: 'pass', detail: 'it is the expected one' } : { name: 'root', status: 'fail', detail: 'it is not the expected one' };
}
