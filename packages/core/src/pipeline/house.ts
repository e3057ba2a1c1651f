import type { ServiceIdentifier } from 'inversify';
import { fileURLToPath } from 'node:url';
import { currentFrame, runInFrame, type Frame } from '../call.js';
import { token } from '../container/token.js';
import { Auditor } from '../audit/auditor.js';
import { BackedAuditor } from '../audit/backed-auditor.js';
import { installEgressGuard } from '../egress/egress-guard.js';
import { ConcurrencyLimitError, CostLimitError, EnforceCoreError, GuardError, PolicyLoadError, RateLimitError, SettingsError, type PolicyValidationError } from '../errors.js';
import { containerAccount, policyAccount } from '../guard/limits/cost-ledger.js';
import { Guard } from '../guard/guard.js';
import { LimitStore } from '../guard/limits/limit-store.js';
import { microsOf } from '../guard/cost/money.js';
import { Purse } from '../guard/limits/purse.js';
import { KillSwitch } from '../guard/kill-switch/kill-switch.js';
import { RunningCalls } from '../guard/kill-switch/running-calls.js';
import { SwitchWatch } from '../guard/kill-switch/switch-watch.js';
import { microsOfTokens, PriceTable, type TokenUsage } from '../guard/cost/prices.js';
import type { Trip } from '../guard/kill-switch/trip.js';
import { Tripwire } from '../guard/kill-switch/tripwire.js';
import { HookRegistry } from '../hooks/hook-registry.js';
import { ObserverQueue } from '../hooks/observer-queue.js';
import { Webhooks } from '../hooks/webhooks.js';
import { WebhooksInUse } from '../hooks/webhooks-in-use.js';
import { logQuietly } from '../logging/log-quietly.js';
import { Logger } from '../logging/logger.js';
import { AuditBackendPlugin, GuardPlugin } from '../plugins/plugin.js';
import { PluginManager } from '../plugins/plugin-manager.js';
import { refuseUnloaded } from '../plugins/refuse-unloaded.js';
import { PolicyEngine } from '../policy/engine-port.js';
import { Policy } from '../policy/policy.js';
import { PolicyFile } from '../policy/policy-file.js';
import { tellReload } from '../policy/tell-reload.js';
import { Redactor } from '../redact/redactor.js';
import { RedactorPlugin } from '../redact/redaction-parts.js';
import { Vault } from '../redact/vault.js';
import { Environment } from '../settings/environment.js';
import { isChild } from '../sandbox/child/child-mode.js';
import { SandboxError } from '../sandbox/sandbox-errors.js';
import { Settings } from '../settings/settings.js';
import { warnOfSilentCosts } from '../settings/weakening.js';
import { Clock } from '../time/clock.js';
import { drive } from './drive.js';
import { Executor } from './executor.js';
import { resultOf, type EnforcementResult } from './result.js';
import type { RoomBuilder, Services } from './room-builder.js';
import { roomOrder, Stage, type Room } from './stage.js';
import { refusalOf } from './unheld.js';
import { Walk, type Request } from './walk.js';

/** Where services come from. `version` changes whenever a binding may have changed. */
export interface ServiceSource {
  readonly version: number;
  get<T>(id: ServiceIdentifier<T>): T;
  getAll<T>(id: ServiceIdentifier<T>): readonly T[];
  isBound(id: ServiceIdentifier): boolean;
}

/** A policy as it can be named: itself, a file's path or URL, or nothing for the container's own. */
export type PolicyRef = Policy | string | URL | undefined;

/** The policy of a container, for calls that name none: a policy, or the path of a file. */
export const DefaultPolicy = token<Policy | string | URL>('DefaultPolicy');

/** Stands in the record where the policy that was asked for could not be loaded. Allows nothing. */
const noPolicy = Policy.from({ name: '(not loaded)', rules: { allowed_tools: [] } });

/** One container at work: its services as bound now, and for each policy the stages that it needs. */
export class House {
  readonly #source: ServiceSource;
  readonly #rooms: Readonly<Record<Room, RoomBuilder>>;
  readonly #files = new Map<string, PolicyFile>();
  /** Policies whose warnings were told. */
  readonly #warned = new WeakSet<Policy>();
  #version = -1;
  #services: Services | undefined;
  #stages = new WeakMap<Policy, readonly Stage[]>();
  /** What the services as bound now said of a policy. */
  #admitted = new WeakMap<Policy, PolicyValidationError | 'admitted'>();
  #last: EnforcementResult | undefined;
  #isClosed = false;
  #backed: { readonly auditor: Auditor; readonly backends: readonly AuditBackendPlugin[]; readonly made: BackedAuditor } | undefined;
  readonly #switchWatch = new SwitchWatch(this);
  /** Calls that somebody waits for. */
  readonly running = new RunningCalls();
  readonly webhooks = new WebhooksInUse();

  constructor(source: ServiceSource, rooms: Readonly<Record<Room, RoomBuilder>>) {
    this.#source = source;
    this.#rooms = rooms;
  }

  get clock(): Clock {
    return this.services.clock;
  }

  get executor(): Executor {
    return this.services.executor;
  }

  /** The services as bound now; a rebinding is seen from the next call on. */
  get services(): Services {
    return this.#current();
  }

  /** For the end: as bound now, or as they were while they could be made. */
  get lastServices(): Services | undefined {
    try {
      return this.#current();
    } catch {
      // Safe to go on: every call was told why, and what is open has to be closed all the same.
      return this.#services;
    }
  }

  #current(): Services {
    if (this.#isClosed) refuseClosed();
    if (this.#services !== undefined && this.#version === this.#source.version) return this.#services;
    try {
      return this.#refresh();
    } catch (error) {
      // It names the setting or the plugin, and says what to do.
      if (error instanceof SettingsError || (error instanceof EnforceCoreError && error.code === 'PLUGIN')) throw error;
      throw new GuardError('GUARD', 'a service of the container could not be made, so no call can be enforced', { cause: error });
    }
  }

  /** @throws PolicyError when the policy cannot be loaded, or asks for what the services cannot hold: the call is blocked. */
  policy(ref: PolicyRef): Policy {
    const policy = this.#named(ref);
    // Asked before any call, a policy that needs nothing special makes no service: a snapshot taken then is a fresh start.
    if (this.#services === undefined && !asksForMore(policy)) return policy;
    const services = this.services;
    let refusal = this.#admitted.get(policy);
    if (refusal === undefined) {
      refusal = refusalOf(policy, [services.executor, services.guard]) ?? 'admitted';
      this.#admitted.set(policy, refusal);
    }
    if (refusal !== 'admitted') throw refusal;
    return policy;
  }

  /** A policy that is there already; nothing is read and no service made for it. */
  loadedPolicy(ref: PolicyRef): Policy | undefined {
    if (ref instanceof Policy) return ref;
    if (ref === undefined && !this.#source.isBound(DefaultPolicy)) return undefined;
    const named = ref ?? this.#source.get(DefaultPolicy);
    // Asked for a time long ago, a file is not looked at again.
    return named instanceof Policy ? named : this.#files.get(String(named))?.current(Number.NEGATIVE_INFINITY);
  }

  #named(ref: PolicyRef): Policy {
    if (ref instanceof Policy) return ref;
    if (ref !== undefined) return this.#file(ref);
    if (this.#source.isBound(DefaultPolicy)) {
      const bound = this.#source.get(DefaultPolicy);
      return bound instanceof Policy ? bound : this.#file(bound);
    }
    const path = this.services.settings.defaultPolicy;
    if (path !== undefined) return this.#file(path);
    throw new PolicyLoadError(
      'no policy to enforce: name one in @Enforce({ policy }), in createContainer({ policy }) or in ENFORCECORE_DEFAULT_POLICY',
    );
  }

  /** Walks one call through the rooms that its policy needs. */
  run(ref: PolicyRef, request: Request, frame: Frame | undefined): unknown {
    if (isChild()) throw new SandboxError('a tool inside a sandbox makes no enforced calls: there is no trail there; make the call outside, and give the tool its result');
    if (frame?.egress === undefined) return this.#run(ref, request, frame);
    // What the rooms of a call do over the network is not done by the tool that made the call.
    return runInFrame({ ...frame, egress: undefined }, () => this.#run(ref, request, frame));
  }

  #run(ref: PolicyRef, request: Request, frame: Frame | undefined): unknown {
    const { executor } = this.services;
    let policy: Policy;
    try {
      policy = this.policy(ref);
    } catch (error) {
      // Without its policy nothing is known of the call but that it was tried; that much is recorded.
      return drive(new Walk(this, noPolicy, request, frame), this.#refusing(error), executor);
    }
    return drive(new Walk(this, policy, request, frame), this.#stagesFor(policy), executor);
  }

  /** Every walk ends here, whatever came of it. */
  finished(walk: Walk): void {
    walk.ended = true;
    walk.release();
    walk.trial?.end(wentOf(walk));
    // The result and not the walk, which holds arguments.
    this.#last = resultOf(walk);
    walk.onResult?.(this.#last);
  }

  /** Starts what turns the kill switch from outside; otherwise the first call does. */
  listen(): void {
    this.#current();
  }

  /** The trip that ends a call which had passed the switch; free while nothing is tripped. */
  tripFor({ tool, who, trial }: Walk): Trip | undefined {
    const killSwitch = this.#killSwitch();
    return killSwitch === undefined || killSwitch.isIdle ? undefined : killSwitch.stopping({ tool, ...who }, trial);
  }

  #killSwitch(): KillSwitch | undefined {
    try {
      return this.services.killSwitch;
    } catch {
      // Safe to go on: no further call begins, and the switch that this one passed still counts.
      return this.#services?.killSwitch;
    }
  }

  /** A trip of this switch stops what runs here, and stands in the trail. */
  watch(killSwitch: KillSwitch): void {
    this.#switchWatch.watch(killSwitch);
  }

  /** Waits for running calls, up to a bound, and writes down what the trail does not know of yet. Calls are still taken. */
  async settle(withinMs: number): Promise<void> {
    // Closed from inside one of its calls, it would wait for itself.
    if (currentFrame()?.house !== this) await this.running.settled(withinMs);
    await this.#backed?.made.noteLosses(true);
  }

  /** Takes back what outlives the container otherwise: timers, handlers of signals. No call begins any more. */
  close(): void {
    this.#isClosed = true;
    this.#switchWatch.close();
  }

  /** Entries that the audit backends bound now did not take, each backend counted; the trail has them. */
  get lostToBackends(): number {
    return this.#backed?.made.lost ?? 0;
  }

  /** @throws EnforceCoreError `PLUGIN` where plugins that the settings name would not run, or others would. */
  refuseUnloaded(): void {
    refuseUnloaded({
      settings: this.#source.get(Settings),
      manager: this.#source.isBound(PluginManager) ? this.#source.get(PluginManager) : undefined,
      bound: { guards: this.#list(GuardPlugin), redactors: this.#list(RedactorPlugin), auditBackends: this.#list(AuditBackendPlugin) },
      redactor: () => this.#source.get(Redactor),
    });
  }

  /** How the call that ended last in this container ended. */
  get lastResult(): EnforcementResult | undefined {
    return this.#last;
  }

  /** Money spent outside what was declared: it counts for the policy and for the container, and in every budget of the call that it was spent in. */
  recordCost(usd: number, policyName: string, frame: Frame | undefined): void {
    const micros = microsOf(usd, 'a recorded cost');
    const { clock, logger } = this.services; // makes whoever watches the ledger, too
    const walk = frame?.walk;
    const own = walk?.house === this ? walk.reservation : undefined;
    const names = own?.spend === undefined ? [policyAccount(policyName), containerAccount] : frame?.call?.policyName === policyName ? [] : [policyAccount(policyName)];
    own?.spend?.(micros);
    new Purse(this.#source.get(LimitStore), clock, logger).spend(names.map((account) => ({ account, limitMicros: undefined, period: 'ever' })), micros);
    if (walk !== undefined) walk.costMicros += micros;
  }

  /** @throws EnforceCoreError `COST_INVALID` for a model that the container has no price for. */
  microsOfTokens(usage: TokenUsage): number {
    return microsOfTokens(this.services.prices, usage);
  }

  #file(ref: string | URL): Policy {
    const key = String(ref);
    const { settings, clock } = this.services;
    let file = this.#files.get(key);
    if (file === undefined) {
      const path = ref instanceof URL ? fileURLToPath(ref) : ref;
      file = new PolicyFile(path, settings.policyReloadSeconds * 1_000, clock.monotonic(), (reload) => {
        tellReload(this.services, path, reload);
      });
      this.#files.set(key, file);
    }
    return file.current(clock.monotonic());
  }

  #stagesFor(policy: Policy): readonly Stage[] {
    const services = this.services;
    let stages = this.#stages.get(policy);
    if (stages === undefined) {
      stages = this.#compose(policy, services);
      this.#stages.set(policy, stages);
      this.#warn(policy, services);
    }
    return stages;
  }

  #warn(policy: Policy, { logger }: Services): void {
    if (this.#warned.has(policy)) return;
    this.#warned.add(policy);
    for (const { message, expected, path } of policy.warnings) {
      logQuietly(logger, 'warn', `policy "${policy.name}" ${path}: ${message}`, { policy: policy.name, expected });
    }
  }

  #refusing(error: unknown): readonly Stage[] {
    const refuse: Stage = {
      room: 'decide',
      enter() {
        throw error;
      },
    };
    return this.#compose(noPolicy, this.services).map((stage) => (stage.room === 'decide' ? refuse : stage));
  }

  #compose(policy: Policy, services: Services): readonly Stage[] {
    if (policy.rules.watchesConnections) installEgressGuard();
    const own = this.#source.isBound(Stage) ? this.#source.getAll(Stage) : [];
    return roomOrder.flatMap((room) => {
      const built = this.#rooms[room](policy, services);
      const added = own.filter((stage) => stage.room === room);
      return built === undefined ? added : [built, ...added];
    });
  }

  #refresh(): Services {
    const get = this.#source.get.bind(this.#source);
    const version = this.#source.version;
    this.refuseUnloaded();
    const made = {
      settings: get(Settings),
      clock: get(Clock),
      logger: get(Logger),
      engine: get(PolicyEngine),
      redactor: get(Redactor),
      vault: get(Vault),
      auditor: get(Auditor),
      guard: get(Guard),
      killSwitch: get(KillSwitch),
      tripwire: get(Tripwire),
      prices: get(PriceTable),
      hooks: get(HookRegistry),
      guardPlugins: this.#list(GuardPlugin),
      observers: get(ObserverQueue),
      webhooks: get(Webhooks),
      executor: get(Executor),
      env: get(Environment),
    };
    const services: Services = { ...made, auditor: this.#backedAuditor(made) };
    this.#version = version;
    this.#stages = new WeakMap();
    this.#admitted = new WeakMap();
    this.webhooks.use(services.webhooks);
    if (made.settings.webhookOnCostThreshold !== undefined) warnOfSilentCosts(made.settings, get(LimitStore), made.logger);
    this.#services = services;
    this.watch(services.killSwitch);
    this.#switchWatch.listen(services.settings);
    return services;
  }

  #list<T>(id: ServiceIdentifier<T>): readonly T[] {
    return this.#source.isBound(id) ? this.#source.getAll(id) : [];
  }

  /** The same one while auditor and backends are: what is known of missed entries is kept with it. */
  #backedAuditor(parts: Omit<Services, 'auditor'> & { readonly auditor: Auditor }): Auditor {
    const { auditor } = parts;
    const backends = this.#list(AuditBackendPlugin);
    if (backends.length === 0) return auditor;
    const known = this.#backed;
    if (known?.auditor === auditor && known.backends.length === backends.length && backends.every((backend, at) => backend === known.backends[at])) {
      known.made.use(parts);
      return known.made;
    }
    // What those before lack is told of now: nobody will ask them again.
    void known?.made.noteLosses(true);
    const made = new BackedAuditor(auditor, backends, parts);
    this.#backed = { auditor, backends, made };
    return made;
  }
}

function refuseClosed(): never {
  throw new GuardError('GUARD', 'the container is closed, so no call can be enforced, nor the result of one released that has outlived it; make calls before close(), or with another container');
}

/** How a trial call went; nothing is known of one that its caller gave up, or that its own limits kept from running. */
function wentOf({ outcome }: Walk): 'well' | 'badly' | 'unknown' {
  if (outcome?.kind === 'ok') return 'well';
  if (outcome?.kind === 'cancelled') return 'unknown';
  return outcome?.kind === 'blocked' && isLimit(outcome.error) ? 'unknown' : 'badly';
}

function isLimit(error: unknown): boolean {
  return error instanceof RateLimitError || error instanceof CostLimitError || error instanceof ConcurrencyLimitError;
}

/** Whether there is something in a policy that services may be unable to hold. */
function asksForMore({ rules, sharedLimits }: Policy): boolean {
  return rules.movesTools || sharedLimits !== undefined;
}
