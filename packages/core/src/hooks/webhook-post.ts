import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Clock } from '../time/clock.js';
import { addressFault, hostOf, webhookLookup, WebhookRefused, type WebhookTarget } from './webhook-address.js';

/** What became of one try; `undefined` when it has arrived. */
export interface PostFailure {
  /** Says no more than a status or a system's error code: addresses may hold secrets. */
  readonly reason: string;
  readonly isFinal: boolean;
  /** What the receiver asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

export interface Post {
  readonly target: WebhookTarget;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends the try at once, when the container does not wait any longer. */
  readonly signal: AbortSignal;
}

const mostRetryAfterMs = 300_000;

/** Posts once. Follows no redirect, uses no proxy and no cookie, and reads nothing of the answer but its head. Never rejects. */
export function post({ target, body, headers, timeoutMs, signal }: Post, clock: Clock): Promise<PostFailure | undefined> {
  const { url } = target;
  const host = hostOf(url);
  const fault = isIP(host) === 0 ? undefined : addressFault(target, host);
  if (fault !== undefined) return Promise.resolve({ reason: `its URL ${fault}`, isFinal: true });
  return new Promise((resolve) => {
    const options: RequestOptions = {
      method: 'POST',
      agent: false,
      signal,
      lookup: webhookLookup(target),
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'enforcecore' },
    };
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
    const stop = clock.schedule(timeoutMs, () => {
      request.destroy(new TimedOut());
    });
    const settle = (failure: PostFailure | undefined): void => {
      stop();
      resolve(failure);
    };
    request.on('response', (response) => {
      settle(failureOf(response, clock.now()));
      response.destroy();
    });
    // Also after the answer, when the connection is cut: then it changes nothing.
    request.on('error', (error) => settle(failureOfError(error)));
    request.on('close', () => settle({ reason: 'connection closed', isFinal: false }));
    request.end(body);
  });
}

class TimedOut extends Error {}

function failureOf({ statusCode = 0, headers }: IncomingMessage, now: number): PostFailure | undefined {
  if (statusCode >= 200 && statusCode < 300) return undefined;
  const isFinal = statusCode < 500 && statusCode !== 408 && statusCode !== 429;
  const redirect = statusCode >= 300 && statusCode < 400 ? ' (redirects are not followed)' : '';
  return { reason: `status ${String(statusCode)}${redirect}`, isFinal, retryAfterMs: retryAfterOf(headers['retry-after'], now) };
}

/** RFC 9110 10.2.3: seconds, or a date; the receiver is not trusted to say how long anything is kept in memory. */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.length > 64) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), mostRetryAfterMs);
}

function failureOfError(error: Error & { readonly code?: unknown }): PostFailure {
  if (error instanceof WebhookRefused) return { reason: `its host ${error.message}`, isFinal: true };
  if (error instanceof TimedOut) return { reason: 'no answer in time', isFinal: false };
  const { code } = error;
  return { reason: typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : 'connection failed', isFinal: false };
}
