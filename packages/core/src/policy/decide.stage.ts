import {
  ArgumentViolationError,
  ConditionViolationError,
  ContentViolationError,
  DomainDeniedError,
  EnforcementViolation,
  PolicyEvaluationError,
  SensitivityViolationError,
  ToolDeniedError,
  type ErrorCode,
} from '../errors.js';
import type { RoomBuilder, Services } from '../pipeline/room-builder.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import { stronger } from '../sandbox/level.js';
import { SandboxError } from '../sandbox/sandbox-errors.js';
import type { PolicyEngine } from './engine-port.js';
import type { Policy } from './policy.js';
import { CallState } from './call-state.js';
import { hideFields } from './rules/hide-fields.js';
import type { DecisionState, Verdict, Violation } from './verdict.js';

export const decideRoom: RoomBuilder = (policy, services) => new DecideStage(policy, services);

/** Right before the tool: asked again only where the policy's rules can have another answer by now. */
export const recheckRoom: RoomBuilder = (policy, services) => (policy.rules.looksAgain ? new RecheckStage(policy, services) : undefined);

/** Asks the engine. Whatever is not a plain "allowed" blocks the call, an engine that fails included. */
class DecideStage implements Stage {
  readonly room = 'decide';
  readonly name = 'PolicyEngine';
  readonly #policy: Policy;
  readonly #services: Services;
  readonly #engine: PolicyEngine;

  constructor(policy: Policy, services: Services) {
    this.#policy = policy;
    this.#services = services;
    this.#engine = services.engine;
  }

  enter(walk: Walk): void {
    refuseWithoutSandbox(walk, this.#services);
    const verdict = ask(walk, this.#services, (state) => this.#engine.decide(walk.call, this.#policy, state));
    walk.basis = verdict.basis;
    apply(walk, verdict);
  }
}

class RecheckStage implements Stage {
  readonly room = 'recheck';
  readonly name = 'PolicyEngine';
  readonly #policy: Policy;
  readonly #services: Services;

  constructor(policy: Policy, services: Services) {
    this.#policy = policy;
    this.#services = services;
  }

  enter(walk: Walk): void {
    const { engine } = this.#services;
    if (engine.decideAgain === undefined || !this.#policy.rulesFor(walk.tool).looksAgain) return;
    const verdict = ask(walk, this.#services, (state) => engine.decideAgain?.(walk.call, this.#policy, state));
    // What was told at the decision is not told twice.
    const told = new Set(walk.violations.map(({ rule, path }) => `${rule}\0${path ?? ''}`));
    const news = verdict.violations.filter(({ rule, path }) => !told.has(`${rule}\0${path ?? ''}`));
    // Nor counted twice: a placeholder is as little SQL as what it stands for, and is hidden again.
    apply(walk, { ...verdict, violations: news }, news.filter(({ action }) => action === 'redact').length);
  }
}

function apply(walk: Walk, { decision, violations, redactions = [] }: Verdict, hidden = redactions.length): void {
  if (walk.isMonitored) {
    if (violations.length > 0) walk.note(violations.map((violation) => observed(violation, decision)));
    return;
  }
  // Copied: the engine may keep its verdict and change it later.
  if (violations.length > 0) walk.note(violations.map((violation) => ({ ...violation, action: violation.action ?? actionOf(decision) })));
  if (decision !== 'allowed') throw violationOf(walk, violations.find(({ action }) => action === undefined || action === 'block') ?? violations[0]);
  if (redactions.length === 0) return;
  walk.cleanArguments(hideFields(walk.call.args, redactions));
  walk.redactionsIn += hidden;
  if (hidden > 0) walk.count({ policy_rule: hidden });
}

function actionOf(decision: Verdict['decision']): 'block' | 'log' {
  return decision === 'allowed' ? 'log' : 'block';
}

/** A violation as monitoring records it: what would have been done. */
export function observed(violation: Violation, decision: Verdict['decision'] = 'blocked'): Violation {
  const action = violation.action ?? actionOf(decision);
  const seen = action === 'block' ? 'would_block' : action === 'redact' ? 'would_redact' : action;
  return { ...violation, action: seen };
}

function ask(walk: Walk, services: Services, decide: (state: DecisionState) => Verdict | undefined): Verdict {
  const context = { toolName: walk.tool, policyName: walk.policy.name };
  let verdict: unknown;
  try {
    verdict = decide(new CallState(services, walk.call.session));
  } catch (error) {
    throw new PolicyEvaluationError(`the policy engine failed on "${walk.tool}", so the call was blocked`, { ...context, cause: error });
  }
  if (isVerdict(verdict)) return verdict;
  throw new PolicyEvaluationError(
    `the policy engine gave no verdict on "${walk.tool}", so the call was blocked; ` +
      'decide() must return { decision, violations } and not a promise',
    context,
  );
}

function violationOf(walk: Walk, first: Violation | undefined): EnforcementViolation {
  const context = { toolName: walk.tool, policyName: walk.policy.name, reason: first?.reason ?? 'the policy engine said so' };
  const type = first?.type ?? 'policy_error';
  if (type === 'tool_denied' || type === 'tool_not_allowed') return new ToolDeniedError({ ...context, violationType: type });
  const about = { ...context, path: first?.path };
  switch (type) {
    case 'argument_violation':
      return new ArgumentViolationError(about);
    case 'condition_violation':
      return new ConditionViolationError(about);
    case 'content_violation':
      return new ContentViolationError(about);
    case 'domain_denied':
      return new DomainDeniedError(about);
    case 'sensitivity_violation':
      return new SensitivityViolationError(about);
    default:
      return new EnforcementViolation(codes[type] ?? 'POLICY_VIOLATION', { ...context, violationType: type });
  }
}

const codes: Readonly<Partial<Record<Violation['type'], ErrorCode>>> = { rate_limit: 'RATE_LIMIT', cost_limit: 'COST_LIMIT' };

/** A tool that is to run behind a wall must not run without it. */
function refuseWithoutSandbox(walk: Walk, { executor }: Services): void {
  walk.sandbox = stronger(walk.policy.rulesFor(walk.tool).sandbox?.level ?? 'inline', walk.request.sandbox?.level ?? 'inline');
  if (walk.sandbox === 'inline' || executor.levels?.includes(walk.sandbox) === true) return;
  throw new SandboxError(
    `"${walk.tool}" has to run at level ${walk.sandbox}, and the executor of this container has no such level, so the call was blocked; ` +
      'bind an Executor that has, or set strategy: inline',
    { toolName: walk.tool, policyName: walk.policy.name },
  );
}

/** A replaced engine is code like any other: what it returns is looked at before it is believed. */
function isVerdict(value: unknown): value is Verdict {
  if (typeof value !== 'object' || value === null) return false;
  const { decision, violations, redactions } = value as Partial<Verdict>;
  if (decision !== 'allowed' && decision !== 'blocked') return false;
  if (!Array.isArray(violations) || !violations.every(isViolation)) return false;
  return redactions === undefined || (Array.isArray(redactions) && redactions.every(isRedaction));
}

function isViolation(value: unknown): value is Violation {
  if (typeof value !== 'object' || value === null) return false;
  const { rule, type, reason } = value as Partial<Violation>;
  return typeof rule === 'string' && typeof type === 'string' && typeof reason === 'string';
}

function isRedaction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { keys, placeholder } = value as { readonly keys?: unknown; readonly placeholder?: unknown };
  return Array.isArray(keys) && keys.length > 0 && typeof placeholder === 'string';
}
