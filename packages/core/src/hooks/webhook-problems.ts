import type { Settings } from '../settings/settings.js';
import { targetFault } from './webhook-address.js';

const urls = ['webhookOnViolation', 'webhookOnCostThreshold', 'webhookOnAuditError'] as const;

/** Webhooks that could never be sent as they are set, without their addresses, which may hold secrets. */
export function webhookProblems(settings: Settings): string[] {
  return urls.flatMap((key) => {
    const text: unknown = settings[key];
    if (typeof text !== 'string' || !URL.canParse(text)) return [];
    const url = new URL(text);
    const fault = isDecodable(url) ? targetFault({ url, allowPrivate: settings.webhookAllowPrivate }) : 'has a user or a password that cannot be decoded: write % as %25';
    return fault === undefined ? [] : [`${key} ${fault}`];
  });
}

/** Node decodes both, and could send nothing. */
function isDecodable({ username, password }: URL): boolean {
  try {
    return decodeURIComponent(username + password) !== '' || username + password === '';
  } catch {
    return false;
  }
}
