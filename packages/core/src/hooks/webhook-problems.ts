import type { Settings } from '../settings/settings.js';
import { targetFault } from './webhook-address.js';

const urls = ['webhookOnViolation', 'webhookOnCostThreshold', 'webhookOnAuditError'] as const;

/** Webhooks that could never be sent as they are set, without their addresses, which may hold secrets. */
export function webhookProblems(settings: Settings): string[] {
  return urls.flatMap((key) => {
    const text: unknown = settings[key];
    if (typeof text !== 'string' || !URL.canParse(text)) return [];
    const fault = targetFault({ url: new URL(text), allowPrivate: settings.webhookAllowPrivate });
    return fault === undefined ? [] : [`${key} ${fault}`];
  });
}
