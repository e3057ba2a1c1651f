import { PolicyError } from '../errors.js';
import { levelOf, sensitivityRank, type SensitivityLevel } from '../policy/rules/sensitivity.js';

/** The four levels, from what everybody may know to what hardly anybody may. */
export const SensitivityLabel = Object.freeze({
  PUBLIC: 'public',
  INTERNAL: 'internal',
  CONFIDENTIAL: 'confidential',
  RESTRICTED: 'restricted',
} as const satisfies Record<string, SensitivityLevel>);

export type SensitivityLabel = SensitivityLevel;

/** A level, or another word for it: `low` is `public`, `medium` `internal`, `high` `confidential`, `critical` `restricted`. */
export type SensitivityWord = SensitivityLevel | 'low' | 'medium' | 'high' | 'critical';

/**
 * How sensitive a level is: 0 for `public`, 1 for `internal`, 2 for `confidential`, 3 for `restricted`. The other words
 * for them count as well, in any case.
 *
 * @throws PolicyError `POLICY_INVALID` for anything else.
 */
export function sensitivityLevel(label: string): number {
  return readRank(label, 'the level');
}

/** The rank that a word of an unknown origin stands for; `what` says in the error which word was wrong. */
export function readRank(word: unknown, what: string): number {
  if (typeof word !== 'string') throw new PolicyError('POLICY_INVALID', `${what} must be a word, and is of type ${typeof word}`);
  try {
    return sensitivityRank(word);
  } catch (cause) {
    // The word itself is not repeated: it may be anything, a secret or a megabyte.
    throw new PolicyError('POLICY_INVALID', `${what} is no sensitivity level; expected one of ${levelNames}`, { cause });
  }
}

const levelNames = `${Object.values(SensitivityLabel).join(', ')} (or low, medium, high, critical)`;

/** A field that is more sensitive than the tool is cleared for. */
export interface SensitivityViolation {
  /** Path of the field, as it was labelled: `customer.ssn`, `rows[*].salary`. */
  readonly field: string;
  readonly fieldSensitivity: SensitivityLevel;
  readonly toolClearance: SensitivityLevel;
  /** For people; it has the path and the levels, never a value. */
  readonly reason: string;
}

export function sensitivityViolation(field: string, rank: number, clearance: number): SensitivityViolation {
  const fieldSensitivity = levelOf(rank);
  const toolClearance = levelOf(clearance);
  const reason = `"${field}" is ${fieldSensitivity}, and the tool is cleared for ${toolClearance}`;
  return Object.freeze({ field, fieldSensitivity, toolClearance, reason });
}
