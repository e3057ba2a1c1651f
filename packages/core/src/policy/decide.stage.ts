import { EnforcementViolation, PolicyEvaluationError, ToolDeniedError, type ErrorCode } from '../errors.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { PolicyEngine } from './engine-port.js';
import type { Verdict, Violation } from './policy-engine.js';
import type { Policy } from './policy.js';

export const decideRoom: RoomBuilder = (policy, { engine }) => new DecideStage(policy, engine);

/** Asks the engine. Whatever is not a plain "allowed" blocks the call, an engine that fails included. */
class DecideStage implements Stage {
  readonly room = 'decide';
  readonly name = 'PolicyEngine';
  readonly #policy: Policy;
  readonly #engine: PolicyEngine;

  constructor(policy: Policy, engine: PolicyEngine) {
    this.#policy = policy;
    this.#engine = engine;
  }

  enter(walk: Walk): void {
    const verdict = this.#ask(walk);
    // Copied: the engine may keep its verdict and change it later.
    if (verdict.violations.length > 0) walk.note(verdict.violations.map((violation) => ({ ...violation })));
    if (verdict.decision !== 'allowed') throw this.#violation(walk, verdict.violations[0]);
  }

  #ask(walk: Walk): Verdict {
    const context = { toolName: walk.tool, policyName: this.#policy.name };
    let verdict: Verdict;
    try {
      verdict = this.#engine.decide(walk.call, this.#policy);
    } catch (error) {
      throw new PolicyEvaluationError(`the policy engine failed on "${walk.tool}", so the call was blocked`, {
        ...context,
        cause: error,
      });
    }
    if (!isVerdict(verdict)) {
      throw new PolicyEvaluationError(
        `the policy engine gave no verdict on "${walk.tool}", so the call was blocked; ` +
          'decide() must return { decision, violations } and not a promise',
        context,
      );
    }
    return verdict;
  }

  #violation(walk: Walk, first: Violation | undefined): EnforcementViolation {
    const context = { toolName: walk.tool, policyName: this.#policy.name, reason: first?.reason ?? 'the policy engine said so' };
    const type = first?.type ?? 'policy_error';
    if (type === 'tool_denied' || type === 'tool_not_allowed') return new ToolDeniedError({ ...context, violationType: type });
    const code: ErrorCode = type === 'rate_limit' ? 'RATE_LIMIT' : type === 'cost_limit' ? 'COST_LIMIT' : 'POLICY_VIOLATION';
    return new EnforcementViolation(code, { ...context, violationType: type });
  }
}

/** A replaced engine is code like any other: what it returns is looked at before it is believed. */
function isVerdict(value: unknown): value is Verdict {
  if (typeof value !== 'object' || value === null) return false;
  const { decision, violations } = value as Partial<Verdict>;
  return (decision === 'allowed' || decision === 'blocked') && Array.isArray(violations) && violations.every(isViolation);
}

function isViolation(value: unknown): value is Violation {
  if (typeof value !== 'object' || value === null) return false;
  const { rule, type, reason } = value as Partial<Violation>;
  return typeof rule === 'string' && typeof type === 'string' && typeof reason === 'string';
}
