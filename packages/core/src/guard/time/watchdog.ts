import { createContext, Script, type Context } from 'node:vm';
import { rememberAsyncState } from './async-state.js';

/** Thrown when the watchdog stopped the code. The code's own `finally` blocks did not run. */
export class WatchdogTimeout extends Error {
  override name = 'WatchdogTimeout';
}

/** Which errors are really ours: the class's name and prototype are there for anyone to copy. */
const stops = new WeakMap<object, 'stopped' | 'late'>();

/** `stopped`: the code did not go on. `late`: it ran to its own end after its time. `undefined`: no stop of ours. */
export function howStopped(error: unknown): 'stopped' | 'late' | undefined {
  return typeof error === 'object' && error !== null ? stops.get(error) : undefined;
}

interface Kennel {
  body: (() => void) | undefined;
}

let kennel: (Kennel & Context) | undefined;
// Reads the body out before running it, so that a watched call inside a watched call finds the slot free.
const script = new Script('{ const run = body; body = undefined; run(); }', { filename: 'enforcecore-watchdog' });

interface Watch {
  /** By `performance.now()`. */
  readonly deadline: number;
  /** Node takes back every pending stop when it carries out one, so a stop further in can use up this one. */
  usedUp: boolean;
}

/** Two stops that are carried out within this time of each other can become one, where the machine is busy. */
const apartMs = 50;

/** The watched calls on the stack, outermost first. */
const watches: Watch[] = [];

/**
 * Runs synchronous code and stops it after `ms`, loops, catastrophic patterns and `Atomics.wait` included. The code lives
 * where it was defined; only its start goes through a `vm` context, whose timeout ends whatever is on the stack.
 * A system call that blocks (such as `execSync`) ends by itself before the stop takes effect. Where two watched calls run
 * out of time during the same system call, only the inner one is stopped; the outer one's result is withheld. A call inside
 * another that has hardly longer to go is ended together with it.
 *
 * @throws WatchdogTimeout when stopped; otherwise whatever the code throws.
 */
export function runWatched<T>(ms: number, body: () => T): T {
  const now = performance.now();
  const around = watches.at(-1);
  const deadline = now + ms;
  // Its stop went to a call further in, so nothing would end this one.
  if (ms <= 0 || around?.usedUp === true) throw stop('stopped');
  // The call around this one ends first or hardly later, and ends this one with it. A second timer near the same moment
  // could take the first one's stop for its own, and let the code around go on unwatched.
  if (around !== undefined && deadline >= around.deadline - apartMs) return body();
  const watch: Watch = { deadline, usedUp: false };
  const depth = watches.push(watch);
  const restoreAsyncState = rememberAsyncState();
  const ended = runInKennel(Math.max(1, Math.ceil(ms)), body);
  watches.length = depth - 1;
  if (ended === undefined) {
    restoreAsyncState();
    const over = performance.now();
    for (const outer of watches) if (outer.deadline <= over) outer.usedUp = true;
    throw stop('stopped');
  }
  if (watch.usedUp) throw stop('late');
  if ('error' in ended) throw ended.error;
  return ended.value;
}

type Ended<T> = { readonly value: T } | { readonly error: unknown } | undefined;

/** How the body ended, or `undefined` when it was stopped: a stopped body ends in no `catch` of its own. */
function runInKennel<T>(timeout: number, body: () => T): Ended<T> {
  kennel ??= createContext({ body: undefined }, { name: 'enforcecore-watchdog' }) as Kennel & Context;
  let ended: Ended<T>;
  kennel.body = () => {
    try {
      ended = { value: body() };
    } catch (error) {
      ended = { error };
    }
  };
  try {
    script.runInContext(kennel, { timeout, displayErrors: false });
  } catch {
    // The stop itself, or a stop that came after the body had ended: `ended` tells which.
  }
  return ended;
}

function stop(how: 'stopped' | 'late'): WatchdogTimeout {
  const error = new WatchdogTimeout(how);
  stops.set(error, how);
  return error;
}
