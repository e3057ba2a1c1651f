import type { VerificationCheck, VerificationResult } from '@enforcecore/audit';
import { counted, grouped } from '../render/amounts.js';
import type { TrailFormat } from './trail-format.js';

/** What a verification was given to hold the trail against. */
export interface Anchors {
  readonly format: TrailFormat;
  readonly hasKeys: boolean;
  readonly hasCheckpoint: boolean;
  readonly hasPolicy: boolean;
  readonly hasWitnessFile: boolean;
  readonly expectSize: number | undefined;
  readonly hasExpectedRoot: boolean;
}

/** What was shown and what was not, in words. */
export interface Verdict {
  readonly proven: readonly string[];
  readonly notProven: readonly string[];
}

type Judged = Pick<VerificationResult, 'valid' | 'size' | 'entries'> & {
  readonly checks: readonly Pick<VerificationCheck, 'name' | 'status'>[];
  readonly checkpoints?: VerificationResult['checkpoints'];
};

/** Which of what was given did hold. */
interface Held {
  readonly isSigned: boolean;
  readonly isWitnessed: boolean;
  readonly isExpected: boolean;
  readonly isLongEnough: boolean;
  readonly continues: boolean;
  readonly isInFile: boolean;
}

/** Says what a result is worth. A trail that is not valid proves nothing. */
export function verdictOf(result: Judged, anchors: Anchors): Verdict {
  if (!result.valid) return { proven: [], notProven: ['anything, for the trail is not valid: do not rely on what it says'] };
  const passes = (name: VerificationCheck['name']): boolean => result.checks.some((check) => check.name === name && check.status === 'pass');
  const covered = result.checkpoints?.lastSize ?? null;
  const held: Held = {
    isSigned: anchors.hasKeys && passes('signatures'),
    isWitnessed: anchors.hasPolicy && passes('witnesses'),
    isExpected: anchors.hasExpectedRoot && passes('expectation'),
    isLongEnough: anchors.expectSize !== undefined && passes('expectation'),
    continues: anchors.hasCheckpoint && passes('checkpoints'),
    isInFile: anchors.hasWitnessFile && passes('witnesses'),
  };
  return { proven: provenBy(result, anchors, held, covered), notProven: [...unproven(anchors, held), ...unprovenEnd(result, anchors, held, covered)] };
}

function provenBy({ size }: Judged, { expectSize }: Anchors, held: Held, covered: number | null): string[] {
  if (size === 0) return ['the trail is empty, as expected'];
  return [
    'the lines that were read are whole, in order and linked to each other',
    ...(held.isSigned && covered !== null ? [`the first ${grouped(covered)} are those that the log signed`] : []),
    ...(held.isWitnessed ? ['witnesses saw this history and no other'] : []),
    ...(held.isInFile ? ['every hash that the witness file holds is in it'] : []),
    ...(held.continues ? ['it continues the checkpoint that was given'] : []),
    ...(held.isExpected ? [expectSize === undefined ? 'it has the root that was expected' : `the first ${grouped(expectSize)} have the root that was expected`] : []),
    ...(!held.isExpected && held.isLongEnough && expectSize !== undefined ? [`it has at least ${grouped(expectSize)} lines`] : []),
  ];
}

function unproven({ format, hasKeys }: Anchors, held: Held): string[] {
  const isHeld = held.isWitnessed || held.isExpected || held.continues || held.isInFile;
  const rewritten = isHeld ? [] : ['that its host did not write another history, for it has no witness'];
  if (format === 'enforcecore-py') return [...(isHeld ? [] : ['who wrote it, for this format is not signed']), ...rewritten];
  if (held.isSigned) return rewritten;
  return [...(isHeld ? [] : [hasKeys ? 'who wrote it, for no checkpoint is signed' : 'who wrote it, for no key was given']), ...rewritten];
}

/** Nothing but an expectation says how long a trail is now: an older copy with its own checkpoints looks the same. */
function unprovenEnd({ size }: Judged, { expectSize }: Anchors, held: Held, covered: number | null): string[] {
  if (expectSize !== undefined) return size > expectSize ? [`that it ended here, for ${counted(size - expectSize, 'line')} came after the expected size`] : [];
  if (held.isExpected || size === 0) return [];
  const isAnchored = (held.isSigned || held.isWitnessed) && covered !== null;
  const after = isAnchored && size > covered ? ` (${counted(size - covered, 'line')} here came after it)` : '';
  const what = isAnchored ? `that nothing was cut off after the last checkpoint${after}, nor the whole set back to an older copy` : 'that nothing was cut off at the end';
  return [`${what}, for no size was expected`];
}
