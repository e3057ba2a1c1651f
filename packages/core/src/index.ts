import 'reflect-metadata';

// Enforcing
export { enforce, Enforce, type EnforceDecorator } from './enforce.js';
export { EnforcedScope, Enforcer, type EnforcerOptions, type RunOptions } from './enforcer.js';
export type { CallOptions, EnforceOptions } from './call-site.js';
export { EnforcedStream, enforceStream, type EnforceStreamOptions, type StreamSource } from './stream/enforce-stream.js';
export { attach, lastResult, recordCost, recordTokens, runAs, runInContainer, withResults, type Traced } from './scope.js';
export { currentCall, type Call, type Caller } from './call.js';
export { toolCallIdOf } from './pipeline/caller-words.js';
export type { Decision, EnforcementResult } from './pipeline/result.js';
export type { Outcome, OutcomeKind } from './pipeline/outcome.js';

// The container and its services
export { createContainer, defaultContainer, setDefaultContainer, type ContainerOptions } from './house.js';
export { EnforceContainer } from './container/enforce-container.js';
export { enforcedMethodsOf, type EnforcedMethod } from './container/attachment.js';
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
export { LimitGuard } from './guard/limits/limit-guard.js';
export type { CallCost, CostOption } from './guard/cost/cost-plan.js';
export { FixedPrices, PriceTable, type ModelPrice, type TokenUsage } from './guard/cost/prices.js';
export { KillSwitch, type ResetOptions, type Stoppable, type SwitchListener, type TripOptions } from './guard/kill-switch/kill-switch.js';
export type { Trial } from './guard/kill-switch/trial.js';
export { mostFileBytes, readSwitchFile, writeSwitchFile } from './guard/kill-switch/switch-file.js';
export { readSmallFile } from './guard/kill-switch/read-small-file.js';
export { readSwitchEvent } from './guard/kill-switch/switch-event.js';
export { scopeWords } from './guard/kill-switch/killed.js';
export { killSignals, type KillSignal } from './guard/kill-switch/kill-signal.js';
export { RuleTripwire } from './guard/kill-switch/rule-tripwire.js';
export { Tripwire } from './guard/kill-switch/tripwire.js';
export { CostLedger, type Budget } from './guard/limits/cost-ledger.js';
export { RateLimiter, type RateRefusal } from './guard/limits/rate-limiter.js';
export { LimitStore, type BudgetRequest, type LimitHold, type LimitRefusal, type LimitRequest, type RateRequest, type SlotRequest } from './guard/limits/limit-store.js';
export { MemoryLimitStore } from './guard/limits/memory-limit-store.js';
export type { SwitchEvent, Trip, TripScope } from './guard/kill-switch/trip.js';
export { InlineExecutor } from './pipeline/inline-executor.js';
export { SystemClock } from './time/system-clock.js';
export { WinstonLogger, type WinstonLoggerOptions } from './logging/winston-logger.js';

// Policies
export type { BudgetLimit, BudgetPeriod, LimitDimension, QueueRule, RateLimit, SharedLimits, SlotLimit, ToolLimits, TripRule } from './policy/limits/limit-rules.js';
export type { SandboxRules } from './sandbox/sandbox-rules.js';
export { sandboxLevels, type SandboxLevel } from './sandbox/level.js';
export { installEgressGuard } from './egress/egress-guard.js';
export type { EgressRules } from './egress/egress-rules.js';
export { judgeDestination, type Destination } from './egress/judge-destination.js';
export type { Admits, Unheld } from './pipeline/unheld.js';
export { Policy, type PiiRules, type RateRule, type ToolVerdict } from './policy/policy.js';
export { loadPolicy, validatePolicyFile } from './policy/policy.js';
export { YamlPolicyEngine } from './policy/policy-engine.js';
export type { FieldLabel } from './call.js';
export type { Action, DecisionState, FieldRedaction, SessionState, Verdict, Violation } from './policy/verdict.js';
export type { ToolRules } from './policy/rules/tool-rules.js';
export type { NetworkFault, NetworkRule } from './policy/network/network.js';
export { PathEscapeError, openInside } from './policy/sinks/open-inside.js';
export { makeCall, type CallDescription } from './pipeline/make-call.js';
export { skeletons } from './policy/skeleton.js';
export { canonicalToolName, readToolPattern, type ReadName } from './policy/tool-name.js';
export { readYamlDocument, type ReadYaml } from './policy/yaml-document.js';
export { nearestKey } from './policy/nearest-key.js';
export type { MapEntry, MapNode, PlainScalar, Place, PolicyNode } from './policy/policy-node.js';
export { ToolList, type ToolMatch } from './policy/tool-list.js';

// What walls hold, as tried on this machine
export { attackList, batteryLevels, batteryRows, runBattery, type Attack, type BatteryLevel, type BatteryOptions, type BatteryRow, type Cell } from './sandbox/battery/index.js';

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
export { hasHooks, OnPostCall, OnPreCall, OnRedaction, OnViolation } from './hooks/decorators.js';
export { ObserverQueue } from './hooks/observer-queue.js';
export { Webhooks } from './hooks/webhooks.js';
export type { WebhookEvent, WebhookEventType } from './hooks/webhook.js';
export { verifyWebhook, type VerifyWebhookOptions, type WebhookHeaders, type WebhookVerdict } from './hooks/webhook-signature.js';

// Plugins
export { loadPlugins, PluginManager, type PluginManagerOptions } from './plugins/plugin-manager.js';
export { pluginModule } from './plugins/plugins.module.js';
export { AuditBackendPlugin, GuardPlugin, pluginApi, pluginKinds, type BackedEntry, type GuardResult, type PluginInfo, type PluginKind, type PluginManifest, type PluginProblem, type PluginRefusal } from './plugins/plugin.js';

// Sandboxes
export { SandboxExecutor, type SandboxExecutorOptions } from './sandbox/sandbox-executor.js';
export { WorkerLauncher, type WorkerLauncherOptions } from './sandbox/worker-launcher.js';
export { ProcessLauncher, type ProcessLauncherOptions } from './sandbox/process/process-launcher.js';
export { BubblewrapLauncher, type BubblewrapLauncherOptions } from './sandbox/bubblewrap/bubblewrap-launcher.js';
export { SandboxConfig, sandboxRules, type SandboxConfigOptions, type SandboxStrategy } from './sandbox/sandbox-config.js';
export { ResourceGuard, type PlatformInfo, type ResourceGuardOptions } from './guard/resource-guard.js';
export type { SandboxOption, SandboxPlace } from './sandbox/movable.js';
export type { MovedTool } from './sandbox/moved-tool.js';
export type { PoolLimits } from './sandbox/child-pool.js';
export type { Child, ChildEnd, Launcher, LaunchSpec, LevelProbe } from './sandbox/launcher.js';

// Errors
export { ToolInputError } from './tools/tool-input-error.js';
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
