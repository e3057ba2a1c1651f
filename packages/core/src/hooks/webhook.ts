import { logQuietly } from '../logging/log-quietly.js';
import type { Logger } from '../logging/logger.js';

export interface WebhookOptions {
  readonly url: string;
  /** How often a failed delivery is tried again. */
  readonly retries: number;
  readonly timeoutMs: number;
}

export interface WebhookEvent {
  readonly event_type: 'violation' | 'cost_threshold';
  readonly tool_name: string | null;
  readonly policy_name: string | null;
  readonly violation_type: string | null;
  readonly violation_reason: string | null;
  readonly details: Readonly<Record<string, string | number>>;
  readonly timestamp: string;
}

/**
 * Posts events as JSON, off the call's path. Failures of the network and 5xx or 429 answers are tried again with growing
 * pauses (1, 2, 4… s, at most 30); other answers are final. Redirects are not followed. Bodies hold no argument and no result.
 */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #logger: Logger;

  constructor(options: WebhookOptions, logger: Logger) {
    this.#options = options;
    this.#logger = logger;
  }

  async send(event: WebhookEvent): Promise<void> {
    const body = JSON.stringify({ ...event, source: 'enforcecore' });
    for (let attempt = 0; ; attempt += 1) {
      const failure = await this.#post(body);
      if (failure === undefined) return;
      if (!failure.again || attempt >= this.#options.retries) {
        logQuietly(this.#logger, 'error', 'webhook not delivered', { event: event.event_type, attempts: attempt + 1, reason: failure.reason });
        return;
      }
      await pause(Math.min(1_000 * 2 ** attempt, 30_000));
    }
  }

  async #post(body: string): Promise<{ readonly reason: string; readonly again: boolean } | undefined> {
    try {
      const response = await fetch(this.#options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#options.timeoutMs),
      });
      await response.body?.cancel();
      if (response.ok) return undefined;
      return { reason: `status ${String(response.status)}`, again: response.status >= 500 || response.status === 429 };
    } catch (error) {
      return { reason: error instanceof Error ? error.name : 'unknown', again: true };
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
