import { createContext, Script, type Context } from 'node:vm';

/** Thrown when the watchdog stopped the code. The code's own `finally` blocks did not run. */
export class WatchdogTimeout extends Error {
  override name = 'WatchdogTimeout';
}

interface Kennel {
  body: (() => void) | undefined;
}

let kennel: (Kennel & Context) | undefined;
// Reads the body out before running it, so that a watched call inside a watched call finds the slot free.
const script = new Script('{ const run = body; body = undefined; run(); }', { filename: 'enforcecore-watchdog' });

/**
 * Runs synchronous code and stops it after `ms`, loops, catastrophic patterns and `Atomics.wait` included. The code lives
 * where it was defined; only its start goes through a `vm` context, whose timeout ends whatever is on the stack.
 * A system call that blocks (such as `execSync`) ends by itself before the stop takes effect.
 *
 * @throws WatchdogTimeout when stopped; otherwise whatever the code throws.
 */
export function runWatched<T>(ms: number, body: () => T): T {
  if (ms <= 0) throw new WatchdogTimeout('no time left');
  kennel ??= createContext({ body: undefined }, { name: 'enforcecore-watchdog' }) as Kennel & Context;
  let ended: { readonly value: T } | { readonly error: unknown } | undefined;
  kennel.body = () => {
    try {
      ended = { value: body() };
    } catch (error) {
      ended = { error };
    }
  };
  try {
    script.runInContext(kennel, { timeout: Math.max(1, Math.ceil(ms)), displayErrors: false });
  } catch (error) {
    // A stopped body ends in no `catch` of its own, so `ended` tells a stop from anything the body could throw.
    if (ended === undefined) throw new WatchdogTimeout('stopped', { cause: error });
  }
  if (ended === undefined) throw new WatchdogTimeout('stopped');
  if ('error' in ended) throw ended.error;
  return ended.value;
}
