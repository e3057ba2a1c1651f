import type { Auditor } from '../audit/auditor.js';
import type { Guard } from '../guard/guard.js';
import type { KillSwitch } from '../guard/kill-switch/kill-switch.js';
import type { PriceTable } from '../guard/cost/prices.js';
import type { Tripwire } from '../guard/kill-switch/tripwire.js';
import type { HookRegistry } from '../hooks/hook-registry.js';
import type { ObserverQueue } from '../hooks/observer-queue.js';
import type { Webhooks } from '../hooks/webhooks.js';
import type { Logger } from '../logging/logger.js';
import type { GuardPlugin } from '../plugins/plugin.js';
import type { PolicyEngine } from '../policy/engine-port.js';
import type { Policy } from '../policy/policy.js';
import type { Redactor } from '../redact/redactor.js';
import type { Vault } from '../redact/vault.js';
import type { Settings } from '../settings/settings.js';
import type { Clock } from '../time/clock.js';
import type { Executor } from './executor.js';
import type { Stage } from './stage.js';

/** The services of a container as they are bound now. */
export interface Services {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly engine: PolicyEngine;
  readonly redactor: Redactor;
  readonly vault: Vault;
  readonly auditor: Auditor;
  readonly guard: Guard;
  readonly killSwitch: KillSwitch;
  readonly tripwire: Tripwire;
  readonly prices: PriceTable;
  readonly hooks: HookRegistry;
  readonly guardPlugins: readonly GuardPlugin[];
  readonly observers: ObserverQueue;
  readonly webhooks: Webhooks;
  readonly executor: Executor;
  /** Environment variables as they were when the container was made. */
  readonly env: Readonly<Record<string, string>>;
}

/** Makes a room's stage for one policy, or none when the policy does not ask for the room (L7). Called once a policy. */
export type RoomBuilder = (policy: Policy, services: Services) => Stage | undefined;
