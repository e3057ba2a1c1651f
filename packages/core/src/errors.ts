/** Why a call was blocked: the reference's vocabulary, and `vetoed` for pre-call hooks, `kill_switch` for a tripped switch. */
export const violationTypes = [
  'tool_denied',
  'tool_not_allowed',
  'domain_denied',
  'content_violation',
  'rate_limit',
  'cost_limit',
  'concurrency_limit',
  'resource_limit',
  'output_size',
  'sensitivity_violation',
  'argument_violation',
  'condition_violation',
  'policy_error',
  'vetoed',
  'kill_switch',
  'sandbox_violation',
] as const;

export type ViolationType = (typeof violationTypes)[number];

/** Every code an EnforceCore error can carry; `docs/reference/errors.md` explains each. */
export type ErrorCode =
  | 'POLICY_LOAD'
  | 'POLICY_INVALID'
  | 'POLICY_EVALUATION'
  | 'TOOL_DENIED'
  | 'TOOL_NOT_ALLOWED'
  | 'ARGUMENT_VIOLATION'
  | 'CONDITION_VIOLATION'
  | 'CONTENT_VIOLATION'
  | 'DOMAIN_DENIED'
  | 'SENSITIVITY_VIOLATION'
  | 'RATE_LIMIT'
  | 'COST_LIMIT'
  | 'CONCURRENCY_LIMIT'
  | 'LIMIT_STORE'
  | 'TIMEOUT'
  | 'SANDBOX'
  | 'SANDBOX_LIMIT'
  | 'KILL_SWITCH'
  | 'OUTPUT_SIZE'
  | 'VETOED'
  | 'CANCELLED'
  | 'REDACTION'
  | 'AUDIT'
  | 'GUARD'
  | 'HOOK'
  | 'ASYNC_SERVICE'
  | 'TOOL_NAME'
  | 'INPUT_TOO_LARGE'
  | 'INPUT_INVALID'
  | 'TOOL_INPUT'
  | 'OUTPUT_INVALID'
  | 'DEPTH'
  | 'COST_INVALID'
  | 'NOT_ENFORCED'
  | 'PACKAGE_MISSING'
  | 'PLUGIN'
  | 'GATEWAY'
  | 'SETTINGS'
  | 'POLICY_VIOLATION';

export interface ErrorContext {
  readonly toolName?: string | undefined;
  readonly policyName?: string | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for('@enforcecore/core/error');

/** The root of every error that enforcement raises; `code` is stable, the message is for people. */
export class EnforceCoreError extends Error {
  override name = 'EnforceCoreError';
  readonly code: ErrorCode;
  readonly toolName: string | undefined;
  readonly policyName: string | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.toolName = context.toolName;
    this.policyName = context.policyName;
  }

  /** True for errors of any installed copy of this package, where `instanceof` would miss a second copy. */
  static is(value: unknown): value is EnforceCoreError {
    try {
      return typeof value === 'object' && value !== null && brand in value;
    } catch {
      // A hostile proxy: whatever it is, it is not ours.
      return false;
    }
  }
}

/** Anything wrong with a policy, whenever it is noticed. */
export class PolicyError extends EnforceCoreError {
  override name = 'PolicyError';
}

/** A policy that cannot be read: missing, not a file, not YAML, a cycle in `extends`. */
export class PolicyLoadError extends PolicyError {
  override name = 'PolicyLoadError';
  constructor(message: string, context: ErrorContext = {}) {
    super('POLICY_LOAD', message, context);
  }
}

/** One fault of a policy document, with where it stands and what would be right. */
export interface PolicyIssue {
  readonly file: string;
  /** 1-based; 0 where the document is an object and has no lines. */
  readonly line: number;
  readonly column: number;
  /** Dotted path of the key, such as `rules.rate_limits.per_tool`. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
  readonly nearest?: string;
}

/** A policy that was read but says something it cannot mean; `issues` holds all of them. */
export class PolicyValidationError extends PolicyError {
  override name = 'PolicyValidationError';
  readonly issues: readonly PolicyIssue[];
  constructor(message: string, issues: readonly PolicyIssue[], context: ErrorContext = {}) {
    super('POLICY_INVALID', message, context);
    this.issues = issues;
  }
}

/** The policy engine failed while deciding; the call is blocked. */
export class PolicyEvaluationError extends PolicyError {
  override name = 'PolicyEvaluationError';
  constructor(message: string, context: ErrorContext = {}) {
    super('POLICY_EVALUATION', message, context);
  }
}

export interface ViolationContext extends ErrorContext {
  readonly violationType: ViolationType;
  readonly reason: string;
}

/** A call that the policy, a limit or a hook refused. */
export class EnforcementViolation extends EnforceCoreError {
  override name = 'EnforcementViolation';
  readonly violationType: ViolationType;
  readonly reason: string;

  constructor(code: ErrorCode, context: ViolationContext) {
    super(code, violationMessage(context), context);
    this.violationType = context.violationType;
    this.reason = context.reason;
  }
}

function violationMessage({ toolName, policyName, reason }: ViolationContext): string {
  const by = policyName === undefined ? '' : ` by policy "${policyName}"`;
  return `call to "${toolName ?? 'unknown'}" blocked${by}: ${reason}`;
}

/** The tool is denied, or not among the allowed ones. */
export class ToolDeniedError extends EnforcementViolation {
  override name = 'ToolDeniedError';
  constructor(context: ErrorContext & { readonly violationType: 'tool_denied' | 'tool_not_allowed'; readonly reason: string }) {
    super(context.violationType === 'tool_denied' ? 'TOOL_DENIED' : 'TOOL_NOT_ALLOWED', context);
  }
}

export interface RuleViolationContext extends ErrorContext {
  readonly reason: string;
  /** Where in the arguments. */
  readonly path?: string | undefined;
}

/** A rule about what is in the call broke; `path` tells where. */
export class RuleViolationError extends EnforcementViolation {
  override name = 'RuleViolationError';
  readonly path: string | undefined;
  constructor(code: ErrorCode, violationType: ViolationType, context: RuleViolationContext) {
    const at = context.path === undefined ? '' : `${context.path}: `;
    super(code, { ...context, violationType, reason: `${at}${context.reason}` });
    this.path = context.path;
  }
}

/** An argument is not what the policy says it must be. */
export class ArgumentViolationError extends RuleViolationError {
  override name = 'ArgumentViolationError';
  constructor(context: RuleViolationContext) {
    super('ARGUMENT_VIOLATION', 'argument_violation', context);
  }
}

/** A condition of the policy does not hold, or could not be evaluated. */
export class ConditionViolationError extends RuleViolationError {
  override name = 'ConditionViolationError';
  constructor(context: RuleViolationContext) {
    super('CONDITION_VIOLATION', 'condition_violation', context);
  }
}

/** A text in the arguments or in the result reads like what a content rule looks for. */
export class ContentViolationError extends RuleViolationError {
  override name = 'ContentViolationError';
  constructor(context: RuleViolationContext) {
    super('CONTENT_VIOLATION', 'content_violation', context);
  }
}

/** An argument names a host that the policy does not let the tool reach, or the running tool tried to connect where it may not. */
export class DomainDeniedError extends RuleViolationError {
  override name = 'DomainDeniedError';
  constructor(context: RuleViolationContext) {
    super('DOMAIN_DENIED', 'domain_denied', context);
  }
}

/** An argument is more sensitive than the tool is cleared for. */
export class SensitivityViolationError extends RuleViolationError {
  override name = 'SensitivityViolationError';
  constructor(context: RuleViolationContext) {
    super('SENSITIVITY_VIOLATION', 'sensitivity_violation', context);
  }
}

/** The cost budget does not cover the call. Amounts are USD. */
export class CostLimitError extends EnforcementViolation {
  override name = 'CostLimitError';
  readonly budgetUsd: number;
  readonly spentUsd: number;
  constructor(context: ErrorContext & { readonly reason: string; readonly budgetUsd: number; readonly spentUsd: number }) {
    super('COST_LIMIT', { ...context, violationType: 'cost_limit' });
    this.budgetUsd = context.budgetUsd;
    this.spentUsd = context.spentUsd;
  }
}

/** Too many calls in the window; `retryAfterMs` tells when one more would fit. */
export class RateLimitError extends EnforcementViolation {
  override name = 'RateLimitError';
  readonly maxCalls: number;
  readonly windowSeconds: number;
  readonly retryAfterMs: number;
  constructor(
    context: ErrorContext & {
      readonly reason: string;
      readonly maxCalls: number;
      readonly windowSeconds: number;
      readonly retryAfterMs: number;
    },
  ) {
    super('RATE_LIMIT', { ...context, violationType: 'rate_limit' });
    this.maxCalls = context.maxCalls;
    this.windowSeconds = context.windowSeconds;
    this.retryAfterMs = context.retryAfterMs;
  }
}

/** A limit on time or another resource was reached, or the kill switch is tripped. */
export class ResourceLimitError extends EnforcementViolation {
  override name = 'ResourceLimitError';
}

/** Too many calls at the same time, and no place to wait, or too long a wait. */
export class ConcurrencyLimitError extends EnforcementViolation {
  override name = 'ConcurrencyLimitError';
  readonly maxCalls: number;
  /** Milliseconds that the call waited. */
  readonly waitedMs: number;
  constructor(context: ErrorContext & { readonly reason: string; readonly maxCalls: number; readonly waitedMs: number }) {
    super('CONCURRENCY_LIMIT', { ...context, violationType: 'concurrency_limit' });
    this.maxCalls = context.maxCalls;
    this.waitedMs = context.waitedMs;
  }
}

/** Redaction failed: before the tool the call is blocked, after it the result is withheld. */
export class RedactionError extends EnforceCoreError {
  override name = 'RedactionError';
  constructor(message: string, context: ErrorContext = {}) {
    super('REDACTION', message, context);
  }
}

/** The audit trail could not be written: before the tool the call is blocked, after it the result is withheld. */
export class AuditError extends EnforceCoreError {
  override name = 'AuditError';
  constructor(message: string, context: ErrorContext = {}) {
    super('AUDIT', message, context);
  }
}

/** A guard failed by itself, which is not the same as refusing. */
export class GuardError extends EnforceCoreError {
  override name = 'GuardError';
}

/** A pre-call hook failed by itself; the call is blocked. */
export class HookError extends EnforceCoreError {
  override name = 'HookError';
  constructor(message: string, context: ErrorContext = {}) {
    super('HOOK', message, context);
  }
}

/** The caller took the call back, by its signal or by leaving a stream. */
export class CancelledError extends EnforceCoreError {
  override name = 'CancelledError';
  constructor(message: string, context: ErrorContext = {}) {
    super('CANCELLED', message, context);
  }
}

/** The shape of a call or of its result is refused before any rule looks at it. */
export class HardeningError extends EnforceCoreError {
  override name = 'HardeningError';
}

/** A tool name that is empty, too long, or has characters a name cannot have. */
export class InvalidToolNameError extends HardeningError {
  override name = 'InvalidToolNameError';
  constructor(message: string, context: ErrorContext = {}) {
    super('TOOL_NAME', message, context);
  }
}

/** Arguments over the byte, node or depth budget. */
export class InputTooLargeError extends HardeningError {
  override name = 'InputTooLargeError';
  constructor(message: string, context: ErrorContext = {}) {
    super('INPUT_TOO_LARGE', message, context);
  }
}

/** Arguments that are not data: a cycle, a symbol key, a function, text that is not well-formed Unicode. */
export class InvalidInputError extends HardeningError {
  override name = 'InvalidInputError';
  constructor(message: string, context: ErrorContext = {}) {
    super('INPUT_INVALID', message, context);
  }
}

/** A result that has to be cleaned and cannot be: it is withheld. */
export class InvalidOutputError extends HardeningError {
  override name = 'InvalidOutputError';
  constructor(message: string, context: ErrorContext = {}) {
    super('OUTPUT_INVALID', message, context);
  }
}

/** Enforced calls nested deeper than the limit. */
export class EnforcementDepthError extends HardeningError {
  override name = 'EnforcementDepthError';
  constructor(message: string, context: ErrorContext = {}) {
    super('DEPTH', message, context);
  }
}

/** An asynchronous service stands in front of a synchronous tool, which cannot wait for it. */
export class AsyncServiceError extends EnforceCoreError {
  override name = 'AsyncServiceError';
  constructor(message: string, context: ErrorContext = {}) {
    super('ASYNC_SERVICE', message, context);
  }
}

/** A setting that cannot be used as given. */
export class SettingsError extends EnforceCoreError {
  override name = 'SettingsError';
  constructor(message: string, context: ErrorContext = {}) {
    super('SETTINGS', message, context);
  }
}
