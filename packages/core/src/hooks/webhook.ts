import { randomUUID } from 'node:crypto';
import type { Clock } from '../time/clock.js';
import type { WebhookTarget } from './webhook-address.js';
import { post } from './webhook-post.js';
import type { Delivery } from './webhook-queue.js';
import { signWebhook } from './webhook-signature.js';

/** The kinds of event that a receiver can be told of. */
export type WebhookEventType = 'violation' | 'cost_threshold' | 'audit_error';

/** The body of a delivery, as JSON. It holds no argument and no result. */
export interface WebhookEvent {
  readonly event_type: WebhookEventType;
  readonly tool_name: string | null;
  readonly policy_name: string | null;
  readonly violation_type: string | null;
  readonly violation_reason: string | null;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  /** When it happened, ISO 8601; when it was sent stands in the header `webhook-timestamp`. */
  readonly timestamp: string;
}

export interface WebhookOptions {
  readonly target: WebhookTarget;
  readonly timeoutMs: number;
  /** Signs with each of these; unsigned without any. */
  readonly keys: readonly Uint8Array[];
}

/** One receiver. An event keeps its id however often it is tried; each try is signed anew, at its own time. */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #clock: Clock;

  constructor(options: WebhookOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  delivery(event: WebhookEvent, lost: Delivery['lost']): Delivery {
    const { target, timeoutMs, keys } = this.#options;
    const { details, ...rest } = event;
    const body = JSON.stringify({ ...cut(rest), details: cut(details), source: 'enforcecore' });
    const id = `msg_${randomUUID()}`;
    return {
      lost,
      bytes: Buffer.byteLength(body),
      try: (signal) => {
        const timestamp = Math.floor(this.#clock.now() / 1_000);
        const signature = keys.length === 0 ? {} : { 'webhook-signature': signWebhook({ id, timestamp, body }, keys) };
        const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), ...signature };
        return post({ target, body, headers, timeoutMs, signal }, this.#clock);
      },
    };
  }
}

/** Reasons come from hooks and may be of any length; the trail has the whole of them. */
const longestText = 1_000;

function cut(fields: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]: [string, unknown]) => [key, typeof value === 'string' ? value.slice(0, longestText).toWellFormed() : value]));
}
