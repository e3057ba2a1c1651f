import { ResourceLimitError } from '../errors.js';
import type { Walk } from './walk.js';

interface Standing {
  readonly walk: Walk;
  readonly settle: () => unknown;
}

/**
 * The walks on this thread's stack, outermost first. The watchdog stops code without running its `finally` blocks; calls
 * that were being made inside the stopped code are found here, and ended.
 */
const standing: Standing[] = [];

export function push(walk: Walk, settle: () => unknown): void {
  standing.push({ walk, settle });
}

export function pop(walk: Walk): void {
  if (standing.at(-1)?.walk === walk) standing.pop();
}

/** Ends every walk inside this one whose code was stopped with it, innermost first: rooms are left, entries written. */
export function endStoppedInside(walk: Walk): void {
  for (let inner = standing.at(-1); inner !== undefined && inner.walk !== walk; inner = standing.at(-1)) {
    standing.pop();
    if (inner.walk.ended) continue;
    try {
      inner.walk.stop(stoppedWith(inner.walk, walk));
      inner.settle();
    } catch {
      // Safe to go on: this is the inner call's own error, and the code that would have received it is gone.
    }
  }
}

function stoppedWith(inner: Walk, outer: Walk): ResourceLimitError {
  return new ResourceLimitError('TIMEOUT', {
    toolName: inner.tool,
    policyName: inner.policy.name,
    violationType: 'resource_limit',
    reason: `"${outer.tool}", which called it, ran out of time`,
  });
}
