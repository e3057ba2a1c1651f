import type { House, PolicyRef } from '../pipeline/house.js';
import { canonicalToolName } from '../policy/tool-name.js';
import { howToMove, type Movable } from './movable.js';
import { SandboxError } from './sandbox-errors.js';

/** What is known of an enforced function before it is called. */
export interface EnforcedFacts {
  readonly tool: string;
  readonly policy: PolicyRef;
  readonly movable: Movable;
}

/**
 * A tool that the policy wants behind a wall, and whose code cannot be moved there, is told of when its object is made.
 * Only a policy that is loaded already is looked at: nothing is loaded, and no service made, for an object that may never be called.
 *
 * @throws SandboxError
 */
export function refuseUnmovable(facts: EnforcedFacts | undefined, house: House): void {
  const fault = facts?.movable.fault;
  if (facts === undefined || fault === undefined) return;
  const { tool, policy: ref } = facts;
  const policy = house.loadedPolicy(ref);
  if (policy?.rules.movesTools !== true) return;
  const level = policy.rulesFor(canonicalToolName(tool)).sandbox?.level ?? 'inline';
  if (level === 'inline') return;
  const context = { toolName: tool, policyName: policy.name };
  throw new SandboxError(`"${tool}" has to run at level ${level}, and ${fault}; ${howToMove}`, context);
}
