import 'reflect-metadata';

// Enforcing
export { enforce, Enforce, type EnforceDecorator } from './enforce.js';
export { EnforcedScope, Enforcer, type EnforcerOptions, type RunOptions } from './enforcer.js';
export type { CallOptions, EnforceOptions } from './call-site.js';
export { EnforcedStream, enforceStream, type EnforceStreamOptions, type StreamSource } from './stream/enforce-stream.js';
export { attach, lastResult, recordCost, runInContainer, withResults, type Traced } from './scope.js';
export { currentCall, type Call } from './call.js';
export type { Decision, EnforcementResult } from './pipeline/result.js';
export type { Outcome, OutcomeKind } from './pipeline/outcome.js';

// The container and its services
export { createContainer, defaultContainer, setDefaultContainer, type ContainerOptions } from './house.js';
export { EnforceContainer } from './container/enforce-container.js';
export { DefaultPolicy, type PolicyRef } from './pipeline/house.js';
export { PolicyEngine } from './policy/engine-port.js';
export { Redactor, type TextPipe } from './redact/redactor.js';
export { Detector, EntityRecognizer, PatternRegistry, RedactorPlugin } from './redact/redaction-parts.js';
export { Vault } from './redact/vault.js';
export { Auditor, type AuditReceipt } from './audit/auditor.js';
export { DigestKey, digestOf, verifyDigest } from './pipeline/digest-key.js';
export { Guard, type Reservation, type ReservationRequest } from './guard/guard.js';
export { Executor } from './pipeline/executor.js';
export { Clock } from './time/clock.js';
export { Logger, type LogFields, type LogLevel } from './logging/logger.js';
export { defaultSettings, Settings } from './settings/settings.js';
export { environmentVariables, loadSettings } from './settings/load-settings.js';
export { shownStore } from './settings/audit-store.js';
export { weakenings } from './settings/weakening.js';
export { Stage, roomOrder, type ChunkFilter, type Room } from './pipeline/stage.js';
export type { Walk } from './pipeline/walk.js';

// The house's own services, to extend or to ask
export { RulesRedactor, type RedactionParts } from './redact/rules-redactor.js';
export { BackendAuditor } from './audit/backend-auditor.js';
export { TrailAuditor } from './audit/trail-auditor.js';
export { LocalGuard } from './guard/local-guard.js';
export { KillSwitch } from './guard/kill-switch.js';
export { CostLedger, type Budget } from './guard/cost-ledger.js';
export { RateLimiter, type RateRefusal, type RateRequest } from './guard/rate-limiter.js';
export { InlineExecutor } from './pipeline/inline-executor.js';
export { SystemClock } from './time/system-clock.js';
export { WinstonLogger, type WinstonLoggerOptions } from './logging/winston-logger.js';

// Policies
export { Policy, type PiiRules, type RateRule, type ToolVerdict } from './policy/policy.js';
export { loadPolicy, validatePolicyFile } from './policy/policy.js';
export { YamlPolicyEngine } from './policy/policy-engine.js';
export type { FieldLabel } from './call.js';
export type { Action, DecisionState, FieldRedaction, SessionState, Verdict, Violation } from './policy/verdict.js';
export type { ToolRules } from './policy/rules/tool-rules.js';
export type { NetworkFault, NetworkRule } from './policy/network/network.js';
export { PathEscapeError, openInside } from './policy/sinks/open-inside.js';
export { makeCall, type CallDescription } from './pipeline/make-call.js';
export { canonicalToolName, readToolPattern, type ReadName } from './policy/tool-name.js';
export { readYamlDocument, type ReadYaml } from './policy/yaml-document.js';
export type { MapEntry, MapNode, PlainScalar, Place, PolicyNode } from './policy/policy-node.js';
export { ToolList, type ToolMatch } from './policy/tool-list.js';

// Sensitivity
export { SensitivityLabel, sensitivityLevel, type SensitivityViolation, type SensitivityWord } from './sensitivity/labels.js';
export { SensitivityEnforcer, type FieldLabels, type SensitivityEnforcerOptions } from './sensitivity/sensitivity-enforcer.js';
export { checkToolSchemaSensitivity } from './sensitivity/tool-schema.js';
export { Sensitivity, type SensitivityDecorator } from './sensitivity/decorator.js';

// Hooks
export {
  HookRegistry,
  type Hook,
  type HookContexts,
  type HookEvent,
  type PostCallContext,
  type PreCallContext,
  type RedactionContext,
  type ViolationContext,
} from './hooks/hook-registry.js';
export { OnPostCall, OnPreCall, OnRedaction, OnViolation } from './hooks/decorators.js';
export { ObserverQueue } from './hooks/observer-queue.js';

// Errors
export { SandboxError, SandboxMemoryError, SandboxTimeoutError, SandboxViolationError } from './sandbox/sandbox-errors.js';
export {
  ArgumentViolationError,
  AsyncServiceError,
  AuditError,
  CancelledError,
  ConcurrencyLimitError,
  ConditionViolationError,
  ContentViolationError,
  CostLimitError,
  DomainDeniedError,
  EnforceCoreError,
  EnforcementDepthError,
  EnforcementViolation,
  GuardError,
  HardeningError,
  HookError,
  InputTooLargeError,
  InvalidInputError,
  InvalidOutputError,
  InvalidToolNameError,
  PolicyError,
  PolicyEvaluationError,
  PolicyLoadError,
  PolicyValidationError,
  RateLimitError,
  RedactionError,
  ResourceLimitError,
  RuleViolationError,
  SensitivityViolationError,
  SettingsError,
  ToolDeniedError,
  type ErrorCode,
  type PolicyIssue,
  type ViolationType,
} from './errors.js';
