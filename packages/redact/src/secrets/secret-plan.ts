import { KeywordIndex } from './keyword-index.js';
import { TokenIndex } from './token-index.js';

/** What one scan looks for among secrets, decided once per redactor. */
export interface SecretPlan {
  /** Token formats by their first characters; absent without secrets. */
  readonly tokens: TokenIndex | undefined;
  /** Issuers by the word in the name before a value. */
  readonly keywords: KeywordIndex | undefined;
  /** Enabled secret categories. */
  readonly secrets: ReadonlySet<string>;
  readonly bearer: boolean;
  /** Anything a name alone can make a secret. */
  readonly generic: boolean;
  /** False leaves key blocks, the only finding that crosses lines, alone. */
  readonly blocks: boolean;
}

const byName = ['generic_api_key', 'password', 'aws_secret_key', 'azure_connection_string', 'gcp_service_account'];

export function secretPlan(secrets: ReadonlySet<string>): SecretPlan {
  const any = secrets.size > 0;
  return {
    tokens: any ? new TokenIndex(secrets) : undefined,
    keywords: any ? new KeywordIndex(secrets) : undefined,
    secrets,
    bearer: secrets.has('bearer_token'),
    generic: byName.some((category) => secrets.has(category)),
    blocks: true,
  };
}
