import { RedactError } from './errors.js';
import { tokenRules } from './secrets/token-rules.js';

export const piiCategories = ['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban', 'passport'] as const;
export type PiiCategory = (typeof piiCategories)[number];

/** Looked for when a spec names none: what needs no further context to be recognised well. */
export const defaultPiiCategories: readonly PiiCategory[] = ['email', 'phone', 'ssn', 'credit_card', 'ip_address'];

/** Secrets found by their surroundings; the token table adds one category per issuer. */
const contextual = [
  'aws_secret_key', 'generic_api_key', 'bearer_token', 'private_key', 'password_in_url', 'gcp_service_account',
  'azure_connection_string', 'database_connection_string', 'ssh_private_key', 'password', 'basic_auth',
  'telegram_bot_token', 'azure_client_secret',
] as const;

export type SecretCategory = string;

export const secretCategories: readonly SecretCategory[] = [...new Set(['aws_access_key', ...contextual, ...tokenRules.map((rule) => rule.category)])];

const placeholders: ReadonlyMap<string, string> = new Map(
  Object.entries({
    aws_access_key: '<AWS_KEY>', aws_secret_key: '<AWS_SECRET>', generic_api_key: '<API_KEY>', password_in_url: '<URL_PASSWORD>',
    database_connection_string: '<DATABASE_URI>',
  }),
);

const masks: ReadonlyMap<string, string> = new Map(
  Object.entries({
    email: '****@****.***', phone: '***-***-****', ssn: '***-**-****', credit_card: '****-****-****-****',
    ip_address: '***.***.***.***', passport: '**-*******',
  }),
);

export function placeholderOf(category: string): string {
  return placeholders.get(category) ?? `<${category.toUpperCase()}>`;
}

export function maskOf(category: string): string {
  return masks.get(category) ?? '********';
}

/** Refuses a name that is not in the list and names the nearest one that is. */
export function checkCategories(names: readonly string[], known: readonly string[], what: string): ReadonlySet<string> {
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new RedactError('CATEGORY', `unknown ${what} category ${JSON.stringify(name.slice(0, 40))}: did you mean "${nearest(name, known)}"?`);
  }
  return new Set(names);
}

function nearest(name: string, known: readonly string[]): string {
  const wanted = name.slice(0, 40).toLowerCase();
  let best = known[0] ?? '';
  let least = Infinity;
  for (const candidate of known) {
    const distance = candidate.includes(wanted) && wanted.length > 2 ? 1 : editDistance(wanted, candidate);
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
