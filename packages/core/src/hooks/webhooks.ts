import type { AccountState } from '../guard/limits/account.js';
import type { CostLedger } from '../guard/limits/cost-ledger.js';
import { readAccount } from '../guard/limits/limit-keys.js';
import { usdOf } from '../guard/cost/money.js';
import type { Logger } from '../logging/logger.js';
import type { Settings } from '../settings/settings.js';
import type { Clock } from '../time/clock.js';
import type { Hook } from './hook-registry.js';
import { Webhook, type WebhookEvent } from './webhook.js';

/** Share of a budget at which the cost webhook is told, once for each budget and period. */
const threshold = 0.8;

/** The webhooks that the settings name; none named costs nothing. */
export class Webhooks {
  /** An observer of violations, or none. */
  readonly onViolation: readonly Hook<'violation'>[];
  readonly #clock: Clock;
  readonly #underWay = new Set<Promise<void>>();

  constructor(settings: Settings, ledger: CostLedger, clock: Clock, logger: Logger) {
    this.#clock = clock;
    const to = (url: string | undefined): Webhook | undefined =>
      url === undefined
        ? undefined
        : new Webhook({ url, retries: settings.webhookRetryAttempts, timeoutMs: settings.webhookTimeoutSeconds * 1_000 }, logger);
    const violations = to(settings.webhookOnViolation);
    this.onViolation = violations === undefined ? [] : [this.#tellViolation(violations)];
    const costs = to(settings.webhookOnCostThreshold);
    if (costs !== undefined) this.#watchCosts(costs, ledger);
  }

  #tellViolation(webhook: Webhook): Hook<'violation'> {
    return ({ result, violation }) => {
      // Not awaited: the queue has other observers to serve, and a webhook has its own patience.
      this.#send(webhook, {
        event_type: 'violation',
        tool_name: result.tool,
        policy_name: result.policyName,
        violation_type: violation.type,
        violation_reason: violation.reason,
        details: { call_id: result.callId, decision: result.decision, rule: violation.rule },
        timestamp: this.#stamp(),
      });
    };
  }

  #watchCosts(webhook: Webhook, ledger: CostLedger): void {
    // An account is another object in another period, and is told of again.
    const told = new WeakSet<AccountState>();
    ledger.onSpent((account) => {
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

  /** Resolves when every delivery under way has arrived or been given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #send(webhook: Webhook, event: WebhookEvent): void {
    const delivery = webhook.send(event).finally(() => this.#underWay.delete(delivery));
    this.#underWay.add(delivery);
  }

  #stamp(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
