import type { CheckName } from '../../verify/verdict.js';
import type { VerificationResult } from '../../verify/verification.js';
import type { Questions } from './questions.js';

/** For how many of the first lines something vouches that whoever writes the files cannot reach; null where witnesses do and the check says for which. */
export function vouchedLines({ checks, size, checkpoints }: VerificationResult, { expectSize, expectRoot }: Questions): number | null {
  const passed = (wanted: CheckName): boolean => checks.some(({ name, status }) => name === wanted && status === 'pass');
  const signed = passed('signatures') && passed('checkpoints') ? (checkpoints.lastSize ?? 0) : 0;
  const expected = passed('expectation') && expectRoot !== undefined ? (expectSize ?? size) : 0;
  const vouched = Math.max(signed, expected);
  return vouched === 0 && passed('witnesses') ? null : vouched;
}
