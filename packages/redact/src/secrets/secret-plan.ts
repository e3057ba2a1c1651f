import { TokenIndex } from './token-index.js';

/** What one scan looks for among secrets, decided once per redactor. */
export interface SecretPlan {
  /** Token formats by first character; absent without secrets. */
  readonly tokens: TokenIndex | undefined;
  /** Enabled secret categories. */
  readonly secrets: ReadonlySet<string>;
  readonly bearer: boolean;
  /** False leaves key blocks, the only finding that crosses lines, alone. */
  readonly blocks: boolean;
}

export function secretPlan(secrets: ReadonlySet<string>): SecretPlan {
  return { tokens: secrets.size > 0 ? new TokenIndex(secrets) : undefined, secrets, bearer: secrets.has('bearer_token'), blocks: true };
}
