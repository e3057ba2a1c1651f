import { tokenRules } from './token-rules.js';

/** Secrets found by their surroundings; the token table adds one category per issuer. */
const contextual = [
  'aws_secret_key', 'generic_api_key', 'bearer_token', 'private_key', 'password_in_url', 'gcp_service_account',
  'azure_connection_string', 'database_connection_string', 'ssh_private_key', 'password', 'basic_auth',
  'telegram_bot_token', 'azure_client_secret',
] as const;

export type SecretCategory = string;

export const secretCategories: readonly SecretCategory[] = [...new Set(['aws_access_key', ...contextual, ...tokenRules.map((rule) => rule.category)])];

/** Placeholders that are not the category in capitals, as the reference writes them. */
export const secretPlaceholders: Readonly<Record<string, string>> = {
  aws_access_key: '<AWS_KEY>', aws_secret_key: '<AWS_SECRET>', generic_api_key: '<API_KEY>', password_in_url: '<URL_PASSWORD>',
  database_connection_string: '<DATABASE_URI>',
};
