import { AsyncLocalStorage } from 'node:async_hooks';

/** Taken when the module is loaded, where no call is under way. */
const outside = AsyncLocalStorage.snapshot();

/** Runs code that serves many calls and belongs to none: connections, and what arrives on them. */
export function runOutsideCalls<T>(body: () => T): T {
  return outside(body);
}
