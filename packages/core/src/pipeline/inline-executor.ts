import { runInFrame } from '../call.js';
import { ResourceLimitError } from '../errors.js';
import { howStopped, runWatched } from '../guard/time/watchdog.js';
import type { Clock } from '../time/clock.js';
import { abortedError } from './aborted.js';
import type { Executor } from './executor.js';
import { endStoppedInside } from './on-stack.js';
import type { Policy } from '../policy/policy.js';
import type { Outcome } from './outcome.js';
import { isThenable } from './thenable.js';
import type { Walk } from './walk.js';
import { unheldInside } from './unheld-inside.js';
import type { Unheld } from './unheld.js';
import { waitWithin, withinLimits } from './within-limits.js';

/** Runs tools in this thread. A deadline stops synchronous code; of asynchronous code it stops the waiting only. */
export class InlineExecutor implements Executor {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  unheld(policy: Policy): readonly Unheld[] {
    return unheldInside(policy);
  }

  execute(walk: Walk): Outcome | Promise<Outcome> {
    const start = this.#clock.monotonic();
    let outcome: Outcome;
    try {
      const value = this.step(walk, () => promised(walk.request.body(walk.call.args)));
      if (value instanceof Pending) return this.#settled(walk, value.promise, start);
      outcome = { kind: 'ok', value };
    } catch (error) {
      outcome = failure(walk, error);
    }
    walk.toolMs = this.#clock.monotonic() - start;
    return outcome;
  }

  step(walk: Walk, pull: () => unknown): unknown {
    const frame = { house: walk.house, call: walk.call, walk, egress: walk.egress };
    walk.abort?.tellIn(frame);
    if (walk.timeoutMs === undefined || !walk.request.watched) return runInFrame(frame, pull);
    const left = walk.timeoutMs - walk.toolMs;
    try {
      // The frame is outside the watched code, so that it is left also when that code is stopped.
      return runInFrame(frame, () => runWatched(left, pull));
    } catch (error) {
      if (howStopped(error) === 'stopped') endStoppedInside(walk);
      throw error;
    }
  }

  #settled(walk: Walk, value: Promise<unknown>, start: number): Promise<Outcome> {
    const timed = (outcome: Outcome): Outcome => {
      walk.toolMs = this.#clock.monotonic() - start;
      return outcome;
    };
    const left = walk.timeoutMs === undefined ? undefined : walk.timeoutMs - (this.#clock.monotonic() - start);
    return waitWithin(walk, value, left, {
      value: (settled) => timed({ kind: 'ok', value: settled }),
      failure: (error) => timed({ kind: 'tool_error', error }),
      late: (why) => {
        walk.stillRuns = value;
        return timed(lateOutcome(walk, why));
      },
    });
  }
}

/** A promise that a tool returned, told apart from a value that only holds one. */
class Pending {
  constructor(readonly promise: Promise<unknown>) {}
}

/** Resolved inside the call's frame: a lazy thenable starts its work only when it is asked for its value. */
function promised(value: unknown): unknown {
  return isThenable(value) ? new Pending(Promise.resolve(value)) : value;
}

/** The tool's own end, or the deadline, or the end of the call from outside; whichever comes first. */
export function whicheverFirst(walk: Walk, ended: Promise<Outcome>, leftMs: number | undefined): Promise<Outcome> {
  return withinLimits(walk, ended, leftMs, (why) => {
    walk.stillRuns = ended;
    return lateOutcome(walk, why);
  });
}

function lateOutcome(walk: Walk, why: 'time' | 'abort'): Outcome {
  if (why === 'abort') return { kind: 'cancelled', error: abortedError(walk, 'while it ran; the tool may still be running') };
  const error = timedOut(walk, 'is not waited for');
  walk.abort?.abort(error);
  return { kind: 'timeout_unknown', error };
}

export function failure(walk: Walk, error: unknown): Outcome {
  switch (howStopped(error)) {
    case 'stopped':
      return { kind: 'timeout_killed', error: timedOut(walk, 'was stopped') };
    case 'late':
      return { kind: 'timeout_unknown', error: timedOut(walk, 'its result is withheld') };
    case undefined:
      return { kind: 'tool_error', error };
  }
}

function timedOut(walk: Walk, what: string): ResourceLimitError {
  return new ResourceLimitError('TIMEOUT', {
    toolName: walk.tool,
    policyName: walk.policy.name,
    violationType: 'resource_limit',
    reason: `it took longer than ${String(walk.timeoutMs ?? 0)} ms and ${what}`,
  });
}
