import type { RoomBuilder } from '../pipeline/room-builder.js';
import { resultOf } from '../pipeline/result.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { HookRegistry } from './hook-registry.js';
import type { ObserverQueue } from './observer-queue.js';
import type { Webhooks } from './webhooks.js';

export const notifyRoom: RoomBuilder = (_policy, { hooks, observers, webhooks }) =>
  new NotifyStage(hooks, observers, webhooks);

/** After the record, and never in the way: observers are queued, and run when the caller has its result. */
class NotifyStage implements Stage {
  readonly room = 'notify';
  readonly #hooks: HookRegistry;
  readonly #queue: ObserverQueue;
  readonly #webhooks: Webhooks;

  constructor(hooks: HookRegistry, queue: ObserverQueue, webhooks: Webhooks) {
    this.#hooks = hooks;
    this.#queue = queue;
    this.#webhooks = webhooks;
  }

  leave(walk: Walk): void {
    const onRedaction = walk.redactionsIn + walk.redactionsOut > 0 ? this.#hooks.of('redaction') : [];
    const onViolation = walk.violations.length > 0 ? this.#hooks.of('violation') : [];
    // Past the queue of observers: a slow one neither holds up nor costs what a receiver is told.
    if (walk.violations.length > 0 && this.#webhooks.tellsViolations) for (const violation of walk.violations) this.#webhooks.tellViolation({ result: resultOf(walk), violation });
    const onPostCall = walk.executed ? this.#hooks.of('post_call') : [];
    if (onRedaction.length + onViolation.length + onPostCall.length === 0) return;
    const result = resultOf(walk);
    for (const hook of onRedaction) {
      if (walk.redactionsIn > 0) this.#queue.add(hook, { result, direction: 'input', count: walk.redactionsIn });
      if (walk.redactionsOut > 0) this.#queue.add(hook, { result, direction: 'output', count: walk.redactionsOut });
    }
    for (const hook of onViolation) for (const violation of walk.violations) this.#queue.add(hook, { result, violation });
    for (const hook of onPostCall) this.#queue.add(hook, { result });
  }
}
