import { logQuietly } from '../../logging/log-quietly.js';
import type { Logger } from '../../logging/logger.js';
import { isThenable } from '../../pipeline/thenable.js';
import type { LimitStore } from './limit-store.js';

/** What a store set off for a call that does not wait for it: when it fails, somebody has to hear of it. */
export function tellFailure(pending: void | Promise<void>, what: string, store: Pick<LimitStore, 'name'>, logger: Logger): void {
  if (!isThenable(pending)) return;
  Promise.resolve(pending).catch((error: unknown) => {
    logQuietly(logger, 'error', `${store.name} could not count ${what}: ${error instanceof Error ? error.message : 'no error was given'}`);
  });
}
