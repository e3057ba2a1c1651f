import { AsyncServiceError, GuardError, ResourceLimitError } from '../errors.js';
import { abortedError } from './aborted.js';
import type { Executor } from './executor.js';
import { followResult } from './follow.js';
import { isOutcome, type Outcome } from './outcome.js';
import { pop, push } from './on-stack.js';
import type { Stage } from './stage.js';
import { isThenable } from './thenable.js';
import { noteRan } from './tool-ran.js';
import type { Walk } from './walk.js';
import { withinLimits } from './within-limits.js';

/**
 * Walks one call through the rooms and back. One driver serves synchronous and asynchronous tools: it goes on without
 * waiting until a promise appears, and where nothing may be awaited a promise ends the walk with an error.
 */
export function drive(walk: Walk, stages: readonly Stage[], executor: Executor): unknown {
  push(walk, () => settle(walk, stages, false));
  try {
    const entered = enter(walk, stages, 0);
    return entered === undefined ? act(walk, stages, executor) : entered.then(() => act(walk, stages, executor));
  } finally {
    pop(walk);
  }
}

/** INVARIANT: never throws. Stops at the first stage that refuses; `walk.reached` says which stages have to be left. */
function enter(walk: Walk, stages: readonly Stage[], from: number): Promise<void> | undefined {
  for (let i = from; i < stages.length; i += 1) {
    const stage = stages[i] as Stage; // i < length
    walk.reached = i + 1;
    if (stage.enter === undefined) continue;
    try {
      const pending: unknown = stage.enter(walk, !walk.request.sync);
      if (pending === undefined) continue;
      const answered = Promise.resolve(pending);
      if (walk.request.sync) throw refuseToWait(walk, stage, answered);
      return answerInTime(walk, stage, answered).then(
        () => enter(walk, stages, i + 1),
        (error: unknown) => {
          walk.fail(error, nameOf(stage));
        },
      );
    } catch (error) {
      walk.fail(error, nameOf(stage));
      return undefined;
    }
  }
  return undefined;
}

const beforeItRan = 'before it ran';

/** L4: the only place that runs a tool, reached once per walk and only when no stage refused. */
function act(walk: Walk, stages: readonly Stage[], executor: Executor): unknown {
  const mayWait = !walk.request.sync;
  refuseLate(walk);
  walk.heedSwitch();
  if (walk.outcome !== undefined) return settle(walk, stages, mayWait);
  walk.executed = true;
  let outcome: unknown;
  try {
    outcome = executor.execute(walk);
    if (isThenable(outcome)) {
      return Promise.resolve(outcome).then(
        (settled) => conclude(walk, stages, settled, true),
        (error: unknown) => abandon(walk, stages, error, true),
      );
    }
  } catch (error) {
    return abandon(walk, stages, error, mayWait);
  }
  return conclude(walk, stages, outcome, mayWait);
}

/** What happened while the rooms were being waited for: a hook's veto that came late, a caller who gave up. */
function refuseLate(walk: Walk): void {
  if (walk.outcome !== undefined) return;
  if (walk.vetoed !== undefined) walk.fail(walk.vetoed, 'HookRegistry');
  else if (walk.abort?.isAborted === true) walk.fail(abortedError(walk, beforeItRan), 'signal');
}

function conclude(walk: Walk, stages: readonly Stage[], outcome: unknown, mayWait: boolean): unknown {
  if (!isOutcome(outcome)) {
    return abandon(walk, stages, new GuardError('GUARD', 'the executor did not say how the tool ended'), mayWait);
  }
  walk.conclude(outcome);
  walk.heedSwitch();
  if (outcome.kind !== 'ok' || !isFine(walk)) return settle(walk, stages, mayWait);
  const stream = streamOf(walk, stages, outcome.value);
  if (stream !== undefined) return stream;
  if (isFine(walk)) walk.price(outcome.value);
  return settle(walk, stages, mayWait);
}

function isFine({ outcome }: Walk): boolean {
  return outcome?.kind === 'ok';
}

/** A result that cannot even be looked at is the tool's failure. */
function streamOf(walk: Walk, stages: readonly Stage[], value: unknown): unknown {
  try {
    return followResult(walk, stages, value, (mayWait) => settle(walk, stages, mayWait));
  } catch (error) {
    const failed: Outcome = { kind: 'tool_error', error };
    walk.conclude(failed);
    return undefined;
  }
}

function abandon(walk: Walk, stages: readonly Stage[], error: unknown, mayWait: boolean): unknown {
  walk.fail(error, 'Executor');
  return settle(walk, stages, mayWait);
}

/** Leaves every room that was entered, then hands out the value or throws what the caller is to see. */
function settle(walk: Walk, stages: readonly Stage[], mayWait: boolean): unknown {
  const left = leave(walk, stages, walk.reached - 1, mayWait);
  return left === undefined ? finish(walk) : left.then(() => finish(walk));
}

/** INVARIANT: never throws. A stage that fails on the way out withholds the result; the stages outside it still run. */
function leave(walk: Walk, stages: readonly Stage[], from: number, mayWait: boolean): Promise<void> | undefined {
  for (let i = from; i >= 0; i -= 1) {
    const stage = stages[i] as Stage; // 0 <= i < length
    // A room that was left is not left again, should this walk be ended a second time from outside.
    walk.reached = i;
    if (stage.leave === undefined) continue;
    // What is written down next is how the call ended.
    if (stage.room === 'record') walk.heedSwitch();
    try {
      const pending: unknown = stage.leave(walk, mayWait);
      if (pending === undefined) continue;
      const answered = Promise.resolve(pending);
      if (!mayWait) throw refuseToWait(walk, stage, answered);
      return answered
        .catch((error: unknown) => {
          walk.fail(error, nameOf(stage));
        })
        .then(() => leave(walk, stages, i - 1, mayWait));
    } catch (error) {
      walk.fail(error, nameOf(stage));
    }
  }
  return undefined;
}

function finish(walk: Walk): unknown {
  walk.heedSwitch();
  const outcome = walk.outcome;
  walk.house.finished(walk);
  if (outcome?.kind === 'ok') return outcome.value;
  noteRan(outcome?.error, walk.executed);
  throw outcome?.error;
}

/** A service that never answers must not outlast the caller's patience, nor the time that the call has. */
function answerInTime(walk: Walk, stage: Stage, answered: Promise<unknown>): Promise<unknown> {
  const withinMs = walk.timeoutMs === undefined ? undefined : walk.timeoutMs + (stage.ownWaitMs?.(walk) ?? 0);
  return withinLimits(walk, answered, withinMs, (why) => {
    if (why === 'abort') throw abortedError(walk, beforeItRan);
    const error = new ResourceLimitError('TIMEOUT', {
      toolName: walk.tool,
      policyName: walk.policy.name,
      violationType: 'resource_limit',
      reason: `${nameOf(stage)} did not answer within ${String(withinMs ?? 0)} ms`,
    });
    // What still works for the call has nothing to work for.
    walk.abort?.abort(error);
    throw error;
  });
}

function refuseToWait(walk: Walk, stage: Stage, pending: Promise<unknown>): AsyncServiceError {
  // Its result can change nothing any more; unhandled, its rejection would end the process.
  pending.catch(() => undefined);
  return new AsyncServiceError(
    `${nameOf(stage)} answers with a promise, and "${walk.tool}" is a synchronous tool that cannot wait for it; ` +
      'make the tool async, or replace what answers late',
    { toolName: walk.tool, policyName: walk.policy.name },
  );
}

function nameOf(stage: Stage): string {
  return stage.name ?? stage.room;
}
