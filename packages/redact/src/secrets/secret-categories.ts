import { keywordRules } from './rules/keyword-rules.js';
import { tokenRules } from './rules/token-rules.js';
import { webhookCategories } from './webhooks.js';

/** Secrets found by their surroundings; the tables add one category per issuer. */
const contextual = [
  'aws_secret_key', 'generic_api_key', 'bearer_token', 'private_key', 'password_in_url', 'gcp_service_account',
  'azure_connection_string', 'database_connection_string', 'ssh_private_key', 'password', 'basic_auth',
  'telegram_bot_token', 'discord_token', 'azure_client_secret', 'azure_devops_token', 'azure_key', 'azure_sas_token', 'mailchimp_key', 'terraform_token',
] as const;

export type SecretCategory = string;

export const secretCategories: readonly SecretCategory[] = [
  ...new Set(['aws_access_key', ...contextual, ...webhookCategories, ...tokenRules.map((rule) => rule.category), ...keywordRules.map((rule) => rule.category)]),
];

/** Placeholders that are not the category in capitals, as the reference writes them. */
export const secretPlaceholders: Readonly<Record<string, string>> = {
  aws_access_key: '<AWS_KEY>', aws_secret_key: '<AWS_SECRET>', generic_api_key: '<API_KEY>', password_in_url: '<URL_PASSWORD>',
  database_connection_string: '<DATABASE_URI>',
};
