import { AsyncServiceError } from '../errors.js';
import type { Executor } from './executor.js';
import { followResult } from './follow.js';
import type { Outcome } from './outcome.js';
import type { Stage } from './stage.js';
import type { Walk } from './walk.js';

/**
 * Walks one call through the rooms and back. One driver serves synchronous and asynchronous tools: it goes on without
 * waiting until a promise appears, and where nothing may be awaited a promise ends the walk with an error.
 */
export function drive(walk: Walk, stages: readonly Stage[], executor: Executor): unknown {
  const entered = enter(walk, stages, 0);
  return entered === undefined ? act(walk, stages, executor) : entered.then(() => act(walk, stages, executor));
}

/** INVARIANT: never throws. Stops at the first stage that refuses; `walk.reached` says which stages have to be left. */
function enter(walk: Walk, stages: readonly Stage[], from: number): Promise<void> | undefined {
  for (let i = from; i < stages.length; i += 1) {
    const stage = stages[i] as Stage; // i < length
    walk.reached = i + 1;
    if (stage.enter === undefined) continue;
    try {
      const pending = stage.enter(walk);
      if (pending === undefined) continue;
      if (walk.request.sync) throw refuseToWait(walk, stage, pending);
      return pending.then(
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

/** L4: the only place that runs a tool, reached once per walk and only when no stage refused. */
function act(walk: Walk, stages: readonly Stage[], executor: Executor): unknown {
  if (walk.outcome !== undefined) return settle(walk, stages, !walk.request.sync);
  walk.executed = true;
  const outcome = executor.execute(walk);
  if (!(outcome instanceof Promise)) return conclude(walk, stages, outcome, !walk.request.sync);
  return outcome.then((settled) => conclude(walk, stages, settled, true));
}

function conclude(walk: Walk, stages: readonly Stage[], outcome: Outcome, mayWait: boolean): unknown {
  walk.conclude(outcome);
  if (outcome.kind === 'ok') {
    const stream = followResult(walk, stages, outcome.value, (mayWait) =>
      settle(walk, stages, mayWait),
    );
    if (stream !== undefined) return stream;
  }
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
    if (stage.leave === undefined) continue;
    try {
      const pending = stage.leave(walk);
      if (pending === undefined) continue;
      if (!mayWait) throw refuseToWait(walk, stage, pending);
      return Promise.resolve(pending)
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
  const outcome = walk.outcome;
  walk.house.finished(walk);
  if (outcome?.kind === 'ok') return outcome.value;
  throw outcome?.error;
}

function refuseToWait(walk: Walk, stage: Stage, pending: Promise<void>): AsyncServiceError {
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
