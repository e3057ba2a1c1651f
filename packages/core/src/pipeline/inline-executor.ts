import { runInFrame } from '../call.js';
import { CancelledError, ResourceLimitError } from '../errors.js';
import { runWatched, WatchdogTimeout } from '../guard/watchdog.js';
import type { Clock } from '../time/clock.js';
import type { Executor } from './executor.js';
import type { Outcome } from './outcome.js';
import type { Walk } from './walk.js';

/** Runs tools in this thread. A deadline stops synchronous code; of asynchronous code it stops the waiting only. */
export class InlineExecutor implements Executor {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  execute(walk: Walk): Outcome | Promise<Outcome> {
    const start = this.#clock.monotonic();
    let outcome: Outcome;
    try {
      const value = this.step(walk, () => walk.request.body(walk.call.args));
      if (isThenable(value)) return this.#settled(walk, value, start);
      outcome = { kind: 'ok', value };
    } catch (error) {
      outcome = failure(walk, error);
    }
    walk.toolMs = this.#clock.monotonic() - start;
    return outcome;
  }

  step(walk: Walk, pull: () => unknown): unknown {
    const frame = { house: walk.house, call: walk.call, bill: walk };
    if (walk.timeoutMs === undefined || !walk.request.watched) return runInFrame(frame, pull);
    const left = walk.timeoutMs - walk.toolMs;
    return runWatched(left, () => runInFrame(frame, pull));
  }

  #settled(walk: Walk, value: PromiseLike<unknown>, start: number): Promise<Outcome> {
    const timed = (outcome: Outcome): Outcome => {
      walk.toolMs = this.#clock.monotonic() - start;
      return outcome;
    };
    const ended = Promise.resolve(value).then(
      (settled) => timed({ kind: 'ok', value: settled }),
      (error: unknown) => timed({ kind: 'tool_error', error }),
    );
    if (walk.abort === undefined) return ended;
    const left = walk.timeoutMs === undefined ? undefined : walk.timeoutMs - (this.#clock.monotonic() - start);
    return whicheverFirst(walk, this.#clock, ended, left).then(timed);
  }
}

/**
 * The tool's own end, or the deadline, or the caller's signal. Without a deadline and a signal nothing is set up.
 * The loser goes on unobserved: its result is dropped, its rejection handled.
 */
export function whicheverFirst(
  walk: Walk,
  clock: Clock,
  ended: Promise<Outcome>,
  leftMs: number | undefined,
): Promise<Outcome> {
  const abort = walk.abort;
  if (abort === undefined) return ended;
  return new Promise<Outcome>((resolve) => {
    const onAbort = (): void => {
      finish({ kind: 'cancelled', error: cancelled(walk) });
    };
    const stopTimer = leftMs === undefined ? undefined : clock.schedule(Math.max(0, leftMs), () => {
      finish({ kind: 'timeout_unknown', error: timedOut(walk) });
      abort.abort(timedOut(walk));
    });
    const finish = (outcome: Outcome): void => {
      stopTimer?.();
      abort.signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    if (abort.signal.aborted) onAbort();
    else abort.signal.addEventListener('abort', onAbort);
    void ended.then(finish);
  });
}

export function failure(walk: Walk, error: unknown): Outcome {
  return error instanceof WatchdogTimeout
    ? { kind: 'timeout_killed', error: timedOut(walk) }
    : { kind: 'tool_error', error };
}

function timedOut(walk: Walk): ResourceLimitError {
  const asked = walk.timeoutMs ?? 0;
  return new ResourceLimitError('TIMEOUT', {
    toolName: walk.tool,
    policyName: walk.policy.name,
    violationType: 'resource_limit',
    reason: `it took longer than ${String(asked)} ms`,
  });
}

function cancelled(walk: Walk): CancelledError {
  return new CancelledError(`call to "${walk.tool}" was cancelled while it ran; the tool may still be running`, {
    toolName: walk.tool,
    policyName: walk.policy.name,
    cause: walk.abort?.signal.reason,
  });
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
