import { CancelledError, type ResourceLimitError } from '../errors.js';
import { killed } from '../guard/kill-switch/killed.js';
import type { Walk } from './walk.js';

/** Why a call ends that was aborted: the kill switch, or the caller, who gave it up. */
export function abortedError(walk: Walk, when: string): ResourceLimitError | CancelledError {
  const kill = walk.abort?.kill;
  if (kill !== undefined) return killed(walk.tool, walk.policy.name, kill);
  return new CancelledError(`call to "${walk.tool}" was cancelled ${when}`, {
    toolName: walk.tool,
    policyName: walk.policy.name,
    cause: walk.abort?.reason,
  });
}
