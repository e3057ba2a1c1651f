import type { AccountState } from '../guard/limits/account.js';
import type { CostLedger } from '../guard/limits/cost-ledger.js';
import { readAccount } from '../guard/limits/limit-keys.js';
import { usdOf } from '../guard/cost/money.js';
import { logQuietly } from '../logging/log-quietly.js';
import type { Logger } from '../logging/logger.js';
import type { Settings } from '../settings/settings.js';
import type { Clock } from '../time/clock.js';
import { NotTakenError } from '../audit/not-taken.js';
import type { ViolationContext } from './hook-registry.js';
import { Webhook, type WebhookEvent } from './webhook.js';
import { WebhookQueue } from './webhook-queue.js';
import { webhookKeys } from './webhook-secret.js';

/** Share of a budget at which the cost webhook is told, once for each budget and period. */
const threshold = 0.8;
/** How long the end of a container is held up by receivers that do not answer. */
const mostAtCloseMs = 10_000;

/** A record that could not be written: of which call, and what was to be written. */
export interface AuditFailure {
  readonly tool: string | undefined;
  readonly policy: string | undefined;
  readonly callId: string | undefined;
  /** `intent` before the tool, `entry` after it, `backend` for one that is in the trail and not in a plugin's store. */
  readonly what: 'intent' | 'entry' | 'backend';
  /** What the error is called; its words may hold anything. */
  readonly error: unknown;
  /** Whether the call went on all the same; left out where there was none. */
  readonly wentOn?: boolean | undefined;
}

/** Accounts that were told of, whichever webhooks did it. An account is another object in another period, and is told of again. */
const told = new WeakSet<AccountState>();

/** The webhooks that the settings name; none named costs nothing. */
export class Webhooks {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #queue: WebhookQueue;
  readonly #violations: Webhook | undefined;
  readonly #audit: Webhook | undefined;
  readonly #unwatch: (() => void) | undefined;
  readonly #timeoutMs: number;

  constructor(settings: Settings, ledger: CostLedger, clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
    this.#timeoutMs = settings.webhookTimeoutSeconds * 1_000;
    this.#queue = new WebhookQueue(settings.webhookRetryAttempts, clock);
    const keys = settings.webhookSecret === undefined ? [] : (webhookKeys(settings.webhookSecret) ?? []);
    const to = (url: string | undefined): Webhook | undefined =>
      url === undefined
        ? undefined
        : new Webhook({ target: { url: new URL(url), allowPrivate: settings.webhookAllowPrivate }, timeoutMs: this.#timeoutMs, keys }, clock);
    this.#violations = to(settings.webhookOnViolation);
    const costs = to(settings.webhookOnCostThreshold);
    this.#unwatch = costs === undefined ? undefined : this.#watchCosts(costs, ledger);
    this.#audit = to(settings.webhookOnAuditError);
  }

  /** Events that have arrived. */
  get delivered(): number {
    return this.#queue.delivered;
  }

  /** Events that were given up; each is logged. */
  get lost(): number {
    return this.#queue.lost;
  }

  /** Events that are being sent, or wait for their turn or another try. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** Called where a record could not be written, also when the call goes on. Never throws, and waits for nothing. */
  tellAuditError({ tool, policy, callId, what, error, wentOn }: AuditFailure): void {
    if (this.#audit === undefined) return;
    this.#send(this.#audit, {
      event_type: 'audit_error',
      tool_name: tool ?? null,
      policy_name: policy ?? null,
      violation_type: null,
      violation_reason: null,
      details: {
        ...(callId === undefined ? {} : { call_id: callId }),
        what: error instanceof NotTakenError ? 'backend' : what,
        error: errorWord(error instanceof NotTakenError ? error.reason : error),
        ...(wentOn === undefined ? {} : { call_went_on: wentOn }),
      },
      timestamp: this.#stamp(),
    });
  }

  /** Tells of no more costs: another one does, in its place. What waits is still sent. */
  retire(): void {
    this.#unwatch?.();
  }

  /** Waits for what is on its way, 10 seconds at most or the time of one try; what is left then counts as lost. */
  close(): Promise<void> {
    return this.#queue.close(Math.min(this.#timeoutMs, mostAtCloseMs));
  }

  /** Whether somebody is to be told of violations. */
  get tellsViolations(): boolean {
    return this.#violations !== undefined;
  }

  /** Handed to the queue at once: no observer is waited for. Never throws. */
  tellViolation({ result, violation }: ViolationContext): void {
    if (this.#violations === undefined) return;
    this.#send(this.#violations, {
      event_type: 'violation',
      tool_name: result.tool,
      policy_name: result.policyName,
      violation_type: violation.type,
      violation_reason: violation.reason,
      details: { call_id: result.callId, decision: result.decision, rule: violation.rule },
      timestamp: this.#stamp(),
    });
  }

  #watchCosts(webhook: Webhook, ledger: CostLedger): () => void {
    return ledger.onSpent((account) => {
      const { limitMicros, spentMicros } = account;
      if (limitMicros === undefined || spentMicros < limitMicros * threshold || told.has(account)) return;
      told.add(account);
      const { policyName, limit } = readAccount(account.name);
      this.#send(webhook, {
        event_type: 'cost_threshold',
        tool_name: null,
        policy_name: policyName,
        violation_type: null,
        violation_reason: null,
        details: { account: limit, spent_usd: usdOf(spentMicros), budget_usd: usdOf(limitMicros) },
        timestamp: this.#stamp(),
      });
    });
  }

  #send(webhook: Webhook, event: WebhookEvent): void {
    // Not the event: what waits holds its body alone.
    const { event_type: type } = event;
    this.#queue.add(
      webhook.delivery(event, (reason, tries) => {
        // Of a flood the first is logged, and one in a thousand.
        if (tries === 0 && this.lost % 1_000 !== 1) return;
        logQuietly(this.#logger, 'error', 'webhook not delivered', { event: type, tries, reason, lost: this.lost });
      }),
    );
  }

  #stamp(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

/** The code of one of ours or of Node, or nothing: class names and messages are anybody's. */
function errorWord(error: unknown): string {
  try {
    const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : 'unknown';
  } catch {
    // A hostile error: the event is sent all the same.
    return 'unknown';
  }
}
