import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';

/** A URL that lets whoever knows it write somewhere: what follows the host is the secret. */
interface Webhook {
  readonly category: string;
  /** Sticky, from the `//` on; the first group is what is hidden. */
  readonly pattern: RegExp;
}

const webhooks: readonly Webhook[] = [
  { category: 'slack_token', pattern: /\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9_/-]{20,})/iy },
  { category: 'discord_token', pattern: /\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/([A-Za-z0-9_/-]{20,})/iy },
  { category: 'teams_webhook', pattern: /\/\/[a-z0-9-]{1,40}\.webhook\.office\.com\/webhookb2\/([a-z0-9@-]{36,}\/IncomingWebhook\/[a-z0-9-]{20,}[a-z0-9/-]*)/iy },
  { category: 'zapier_webhook', pattern: /\/\/hooks\.zapier\.com\/hooks\/catch\/(\d{4,12}\/[a-z0-9]{5,})/iy },
  { category: 'google_chat_webhook', pattern: /\/\/chat\.googleapis\.com\/v1\/spaces\/[\w-]{5,20}\/messages\?key=([\w-]{20,}&token=[\w%=-]{20,})/iy },
  { category: 'ifttt_webhook', pattern: /\/\/maker\.ifttt\.com\/trigger\/\w{1,40}\/(?:json\/)?with\/key\/([\w-]{20,})/iy },
  { category: 'pipedream_webhook', pattern: /\/\/(eo[a-z0-9]{14,16})\.m\.pipedream\.net/iy },
];

export const webhookCategories: readonly string[] = webhooks.map(({ category }) => category);

/** The webhook whose `//` begins at `slash`. */
export function webhookAt(text: string, slash: number, plan: Plan, sink: Sink): void {
  for (const { category, pattern } of webhooks) {
    pattern.lastIndex = slash;
    const path = pattern.exec(text)?.[1];
    if (path === undefined) continue;
    if (plan.secrets.has(category)) {
      const start = text.indexOf(path, slash);
      sink.secret(category, start, start + path.length);
    }
    return;
  }
}
