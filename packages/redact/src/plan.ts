import type { TokenIndex } from './secrets/token-index.js';

/** What one scan looks for, decided once per redactor. */
export interface Plan {
  readonly email: boolean;
  readonly phone: boolean;
  readonly ssn: boolean;
  readonly card: boolean;
  readonly ip: boolean;
  readonly iban: boolean;
  readonly passport: boolean;
  /** Whether any of the categories made of digit groups is wanted. */
  readonly numbers: boolean;
  /** Whether numbers that begin with letters are wanted. */
  readonly documents: boolean;
  /** Token formats by first character; absent without secrets. */
  readonly tokens: TokenIndex | undefined;
  /** Enabled secret categories. */
  readonly secrets: ReadonlySet<string>;
  readonly bearer: boolean;
  /** False leaves key blocks, the only finding that crosses lines, alone. */
  readonly blocks: boolean;
}
