import type { DefaultBinding } from '../container/enforce-container.js';
import { CostLedger } from '../guard/limits/cost-ledger.js';
import { Logger } from '../logging/logger.js';
import { Settings } from '../settings/settings.js';
import { Clock } from '../time/clock.js';
import { HookRegistry } from './hook-registry.js';
import { ObserverQueue } from './observer-queue.js';
import { Webhooks } from './webhooks.js';

const parts: [typeof Logger, typeof Settings] = [Logger, Settings];
const webhookParts: [typeof Settings, typeof CostLedger, typeof Clock, typeof Logger] = [Settings, CostLedger, Clock, Logger];

export const hooksModule: readonly DefaultBinding[] = [
  { token: HookRegistry, madeFrom: [], bind: (bind) => bind(HookRegistry).toResolvedValue(() => new HookRegistry()) },
  {
    token: Webhooks,
    madeFrom: webhookParts,
    bind: (bind) =>
      bind(Webhooks).toResolvedValue(
        (settings, ledger, clock, logger) => new Webhooks(settings, ledger, clock, logger),
        webhookParts,
      ).onDeactivation((webhooks) => webhooks.retire()),
  },
  {
    token: ObserverQueue,
    madeFrom: parts,
    bind: (bind) =>
      bind(ObserverQueue).toResolvedValue((logger, settings) => new ObserverQueue(logger, settings.hookTimeoutMs), parts),
  },
];
