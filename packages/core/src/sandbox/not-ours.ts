import type { ErrorCode } from '../errors.js';

const codes: Readonly<Record<ErrorCode, true>> = {
  POLICY_LOAD: true,
  POLICY_INVALID: true,
  POLICY_EVALUATION: true,
  TOOL_DENIED: true,
  TOOL_NOT_ALLOWED: true,
  ARGUMENT_VIOLATION: true,
  CONDITION_VIOLATION: true,
  CONTENT_VIOLATION: true,
  DOMAIN_DENIED: true,
  SENSITIVITY_VIOLATION: true,
  RATE_LIMIT: true,
  COST_LIMIT: true,
  CONCURRENCY_LIMIT: true,
  LIMIT_STORE: true,
  TIMEOUT: true,
  SANDBOX: true,
  SANDBOX_LIMIT: true,
  KILL_SWITCH: true,
  OUTPUT_SIZE: true,
  VETOED: true,
  CANCELLED: true,
  REDACTION: true,
  AUDIT: true,
  GUARD: true,
  HOOK: true,
  ASYNC_SERVICE: true,
  TOOL_NAME: true,
  INPUT_TOO_LARGE: true,
  INPUT_INVALID: true,
  TOOL_INPUT: true,
  OUTPUT_INVALID: true,
  DEPTH: true,
  COST_INVALID: true,
  NOT_ENFORCED: true,
  PACKAGE_MISSING: true,
  PLUGIN: true,
  GATEWAY: true,
  SETTINGS: true,
  POLICY_VIOLATION: true,
};

const names = new Set(
  (
    'EnforceCoreError EnforcementViolation EnforcementDepthError ArgumentViolationError AsyncServiceError AuditError CancelledError ConcurrencyLimitError ' +
    'ConditionViolationError ContentViolationError CostLimitError DomainDeniedError GuardError HardeningError HookError InputTooLargeError InvalidInputError ' +
    'InvalidOutputError InvalidToolNameError PathEscapeError PolicyError PolicyEvaluationError PolicyLoadError PolicyValidationError RateLimitError RedactionError ' +
    'ResourceLimitError RuleViolationError SandboxError SandboxMemoryError SandboxTimeoutError SandboxViolationError SensitivityViolationError SettingsError ' +
    'ToolDeniedError ToolInputError'
  ).split(' '),
);

/** A word by which programs know our errors, where a tool says it: `tool:TIMEOUT`. Anything else as it is. */
export function notOurs(word: unknown): unknown {
  return typeof word === 'string' && (names.has(word) || Object.hasOwn(codes, word)) ? `tool:${word}` : word;
}
