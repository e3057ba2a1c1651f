import { createHmac, timingSafeEqual } from 'node:crypto';
import { SettingsError } from '../errors.js';
import { secretFault, webhookKeys } from './webhook-secret.js';

/** What a delivery is signed over: its id, the seconds since 1970 at which it is sent, and the bytes of its body. */
export interface WebhookContent {
  readonly id: string;
  readonly timestamp: number;
  readonly body: string | Uint8Array;
}

/** The value of `webhook-signature` (Standard Webhooks 1.0.0): one `v1,<base64>` for each key, with spaces between them. */
export function signWebhook(content: WebhookContent, keys: readonly Uint8Array[]): string {
  return keys.map((key) => `v1,${macOf(content, key).toString('base64')}`).join(' ');
}

export interface VerifyWebhookOptions {
  /** Seconds that the sender's clock and the way may be off; 300 by default. */
  readonly toleranceSeconds?: number | undefined;
  /** Milliseconds since 1970; the time of this machine by default. */
  readonly now?: number | undefined;
}

/** Whether a delivery is what it says, and why not. `id` is that of the event and stays the same in retries. */
export type WebhookVerdict = { readonly ok: true; readonly id: string; readonly sentAt: number } | { readonly ok: false; readonly reason: string };

/** Headers as Node gives them, or as `fetch` does. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>> | { get(name: string): string | null };

const mostSignatures = 20;
const longestHeader = 4_096;

/**
 * For receivers: checks a delivery's signature in constant time, and its age. Give it the bytes as they came, not JSON that
 * was parsed and written again. Within the tolerance a delivery can be sent again by whoever saw it: remember the `id`s
 * of the last ten minutes and answer 2xx to one that came before.
 *
 * @param secret one, or several with commas between them
 * @throws SettingsError for a secret that is none; a delivery that is not genuine is an answer, not an error.
 */
export function verifyWebhook(headers: WebhookHeaders, body: string | Uint8Array, secret: string, options: VerifyWebhookOptions = {}): WebhookVerdict {
  const keys = typeof (secret as unknown) === 'string' ? webhookKeys(secret) : undefined; // a variable of the environment that is not set
  if (keys === undefined) throw new SettingsError(`the secret of a webhook ${secretFault}`);
  if (typeof body !== 'string' && !ArrayBuffer.isView(body)) return { ok: false, reason: 'the body is neither text nor bytes: give it as it came, before it is parsed' };
  const [id, sentAt, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headerOf(headers, name));
  if (id === undefined || sentAt === undefined || signatures === undefined) return { ok: false, reason: 'webhook-id, webhook-timestamp or webhook-signature is missing, or stands there twice' };
  if (!/^\d{1,12}$/.test(sentAt)) return { ok: false, reason: 'webhook-timestamp is not in seconds since 1970' };
  const { toleranceSeconds = 300, now = Date.now() } = options;
  const timestamp = Number(sentAt);
  // Written so that a tolerance that is no number lets nothing through.
  if (!(Math.abs(now / 1_000 - timestamp) <= toleranceSeconds)) return { ok: false, reason: 'webhook-timestamp is too far from now' };
  const isGenuine = keys.some((key) => isAmong(macOf({ id, timestamp: sentAt, body }, key), signatures));
  return isGenuine ? { ok: true, id, sentAt: timestamp } : { ok: false, reason: 'no signature in webhook-signature fits the body and the secret' };
}

function macOf({ id, timestamp, body }: { readonly id: string; readonly timestamp: number | string; readonly body: string | Uint8Array }, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${id}.${String(timestamp)}.`).update(body).digest();
}

/** Every one is compared, whichever fits. */
function isAmong(mac: Buffer, signatures: string): boolean {
  const expected = Buffer.from(`v1,${mac.toString('base64')}`);
  let found = false;
  for (const signature of signatures.split(' ').slice(0, mostSignatures)) {
    // As text: what a decoder passes over would make a second text of the same signature.
    const given = Buffer.from(signature);
    if (given.length === expected.length && timingSafeEqual(given, expected)) found = true;
  }
  return found;
}

function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  // Untyped code may give anything.
  if (typeof (headers as unknown) !== 'object' || (headers as unknown) === null) return undefined;
  try {
    const value: unknown = typeof headers.get === 'function' ? headers.get(name) : ownHeader(headers, name); // without a get() that can be called it is the record
    return typeof value === 'string' && value !== '' && value.length <= longestHeader ? value : undefined;
  } catch {
    // Headers that cannot be read are not there.
    return undefined;
  }
}

/** Names are in any case where another framework than Node's has read them. */
function ownHeader(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  const found = Object.entries(headers).filter(([key]) => key.toLowerCase() === name);
  return found.length === 1 ? found[0]?.[1] : undefined;
}
