import type { ContainerModule } from 'inversify';
import { auditModule } from './audit/audit.module.js';
import { journalRoom } from './audit/journal.stage.js';
import { recordRoom } from './audit/record.stage.js';
import { EnforceContainer, type DefaultBinding } from './container/enforce-container.js';
import { guardModule } from './guard/guard.module.js';
import { PriceTable } from './guard/cost/prices.js';
import { reserveRoom } from './guard/reserve.stage.js';
import { guardsRoom } from './hooks/guards.stage.js';
import { hooksModule } from './hooks/hooks.module.js';
import { notifyRoom } from './hooks/notify.stage.js';
import { Logger } from './logging/logger.js';
import { WinstonLogger } from './logging/winston-logger.js';
import { DefaultPolicy } from './pipeline/house.js';
import type { PluginManager } from './plugins/plugin-manager.js';
import { pluginModule } from './plugins/plugins.module.js';
import { receiveRoom } from './pipeline/receive.stage.js';
import type { RoomBuilder } from './pipeline/room-builder.js';
import type { Room } from './pipeline/stage.js';
import { tallyRoom } from './pipeline/tally.stage.js';
import { decideRoom, recheckRoom } from './policy/decide.stage.js';
import { inspectRoom } from './policy/inspect.stage.js';
import { type Policy } from './policy/policy.js';
import { policyModule } from './policy/policy.module.js';
import { redactModule } from './redact/redact.module.js';
import { redactRoom } from './redact/redact.stage.js';
import { revealRoom } from './redact/reveal.stage.js';
import { sandboxModule } from './sandbox/sandbox.module.js';
import { Environment, environmentOf } from './settings/environment.js';
import { loadSettings } from './settings/load-settings.js';
import { Settings } from './settings/settings.js';
import { warnOfWeakenings } from './settings/weakening.js';
import { Clock } from './time/clock.js';
import { SystemClock } from './time/system-clock.js';

/** Who builds each room. In which order a call walks through them stands in `roomOrder`. */
const rooms: Readonly<Record<Room, RoomBuilder>> = {
  notify: notifyRoom,
  record: recordRoom,
  receive: receiveRoom,
  tally: tallyRoom,
  reveal: revealRoom,
  guards: guardsRoom,
  decide: decideRoom,
  reserve: reserveRoom,
  inspect: inspectRoom,
  redact: redactRoom,
  recheck: recheckRoom,
  journal: journalRoom,
};

export interface ContainerOptions {
  /** The policy of calls that name none: a file, or a policy. */
  readonly policy?: string | URL | Policy;
  /** Settings that go before the environment's. */
  readonly settings?: Partial<Settings>;
  /** Your modules, loaded after the house's own; `rebind` in them replaces a part. */
  readonly modules?: readonly ContainerModule[];
  /** Plugins that `loadPlugins()` has loaded; they are those that the setting `plugins` names, all of them and no others. */
  readonly plugins?: PluginManager | undefined;
  /** Read instead of `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Builds a house: every default service in one container, then the modules. Objects that the container makes are enforced
 * by it; limits, budgets, kill switch and trail belong to it.
 *
 * @throws SettingsError for settings that cannot be used; PolicyError for a policy that cannot be loaded; EnforceCoreError
 * `PLUGIN` when the settings name a plugin that was not loaded.
 */
export function createContainer(options: ContainerOptions = {}): EnforceContainer {
  const settings = loadSettings(options.settings, options.environment);
  const container = new EnforceContainer({ defaults: defaultsFor(settings, environmentOf(options.environment ?? process.env)), rooms });
  if (options.policy !== undefined) container.bind(DefaultPolicy).toConstantValue(options.policy);
  if (options.plugins !== undefined) container.load(pluginModule(options.plugins));
  if (options.modules !== undefined) container.load(...options.modules);
  orClose(container, () => {
    container.house.refuseUnloaded();
  });
  const { policy } = options;
  // Loaded here, so that a bad one is told here, and after the modules: what can be held depends on the services.
  if (policy !== undefined) orClose(container, () => container.house.policy(policy));
  // A file that cannot be used is told of here, and not at the first call that needs it.
  if (container.get(Settings).priceFile !== undefined) container.get(PriceTable);
  const { killSwitchSignal, killSwitchFile } = container.get(Settings);
  warnOfWeakenings(container.get(Settings), container.get(Logger));
  // What turns the switch from outside has to be listened to before the first call: an unheard signal ends the process.
  if (killSwitchSignal !== undefined || killSwitchFile !== undefined) container.house.listen();
  return container;
}

function orClose(container: EnforceContainer, body: () => void): void {
  try {
    body();
  } catch (error) {
    // Nobody gets this container to close it, and its modules may have opened connections.
    container.close().catch(() => undefined);
    throw error;
  }
}

function defaultsFor(settings: Settings, environment: Environment): readonly DefaultBinding[] {
  return [
    { token: Environment, madeFrom: [], bind: (bind) => bind(Environment).toConstantValue(environment) },
    { token: Settings, madeFrom: [], bind: (bind) => bind(Settings).toConstantValue(settings) },
    { token: Clock, madeFrom: [], bind: (bind) => bind(Clock).toConstantValue(new SystemClock()) },
    {
      token: Logger,
      madeFrom: [Settings],
      bind: (bind) => bind(Logger).toResolvedValue(({ logLevel }) => new WinstonLogger({ level: logLevel }), [Settings]),
    },
    ...policyModule,
    ...redactModule,
    ...guardModule,
    ...auditModule,
    ...hooksModule,
    ...sandboxModule,
  ];
}

let processContainer: EnforceContainer | undefined;

/** The process's own container, made from the environment when it is first needed. */
export function defaultContainer(): EnforceContainer {
  processContainer ??= createContainer();
  return processContainer;
}

/** Makes a container the process's own. */
export function setDefaultContainer(container: EnforceContainer | undefined): void {
  processContainer = container;
}
