import type { AttackTarget } from './attack-target.js';

/** How the call of an attack ended, as its parent says. */
export interface AttackOutcome {
  readonly kind: 'returned' | 'threw';
  /** The class of an error. */
  readonly error: string;
  readonly message: string;
  /** The start of what came back, as text. */
  readonly text: string;
  readonly resultBytes: number;
}

/** What the parent of an attack writes down as it goes on. Trusted as far as the attack could not reach it. */
export interface CellReport {
  readonly phase: 'unready' | 'ready' | 'ended' | 'after';
  /** Why an honest call does not work at this level. */
  readonly unready?: string;
  readonly outcome?: AttackOutcome;
  /** After the result was read; and after it was merged as it should not be. */
  readonly isPolluted?: boolean;
  readonly isMergePolluted?: boolean;
  readonly isNextRight?: boolean;
}

/** What the parent of an attack is told, one line of JSON each. */
export interface CellSpec {
  /** The export of `attacks.ts`. */
  readonly export: string;
  /** For the interpreter. */
  readonly text: string | undefined;
  /** What one call may take. */
  readonly seconds: number;
  /** Whether honest calls are made after the attack. */
  readonly isNextAsked: boolean;
  readonly target: AttackTarget;
  readonly reportFile: string;
}

/** Characters of text that a report holds at most. */
export const reportedLength = 2 ** 21;
