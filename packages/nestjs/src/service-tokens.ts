import {
  Auditor,
  Clock,
  CostLedger,
  Detector,
  EntityRecognizer,
  Executor,
  Guard,
  HookRegistry,
  KillSwitch,
  LimitStore,
  Logger,
  ObserverQueue,
  PatternRegistry,
  PolicyEngine,
  PriceTable,
  RateLimiter,
  Redactor,
  RedactorPlugin,
  Settings,
  Stage,
  Tripwire,
  Vault,
  type EnforceContainer,
} from '@enforcecore/core';

/** What a service of the house goes by, in Inversify as in Nest: a symbol, or the class itself. */
export type ServiceToken = Parameters<EnforceContainer['get']>[0] & (symbol | (abstract new (...args: never[]) => unknown));

/** One service, and the services that the house makes it from: Nest has to make those first, since they may be yours. */
export interface HouseService {
  readonly token: ServiceToken;
  readonly madeFrom: readonly ServiceToken[];
  /** Several may be bound, and what Nest injects is the list of them. */
  readonly isList?: true;
}

/** Services of which there is one. A test holds the lists against what the house does when a service is replaced. */
const single: readonly HouseService[] = [
  { token: Clock, madeFrom: [] },
  { token: Logger, madeFrom: [Settings] },
  { token: PolicyEngine, madeFrom: [] },
  { token: Vault, madeFrom: [] },
  { token: PatternRegistry, madeFrom: [] },
  { token: Redactor, madeFrom: [Settings, Logger, Vault, PatternRegistry, Detector, EntityRecognizer, RedactorPlugin] },
  { token: PriceTable, madeFrom: [Settings] },
  { token: KillSwitch, madeFrom: [Clock] },
  { token: CostLedger, madeFrom: [] },
  { token: RateLimiter, madeFrom: [] },
  { token: Tripwire, madeFrom: [KillSwitch] },
  { token: LimitStore, madeFrom: [CostLedger, RateLimiter] },
  { token: Guard, madeFrom: [LimitStore, Clock, Logger] },
  { token: Auditor, madeFrom: [Settings, Clock, Logger] },
  { token: HookRegistry, madeFrom: [] },
  { token: ObserverQueue, madeFrom: [Logger, Settings] },
  { token: Executor, madeFrom: [Clock] },
];

const lists: readonly HouseService[] = [Detector, EntityRecognizer, RedactorPlugin, Stage].map((token) => ({ token, madeFrom: [], isList: true }));

/** Every service that Nest injects and may replace, besides `Settings` and `DefaultPolicy`, from which the house itself is made. */
export const houseServices: readonly HouseService[] = [...lists, ...single];

export function isList(token: unknown): boolean {
  return lists.some((service) => service.token === token);
}

/** How a service is called in a message. */
export function nameOf(token: ServiceToken): string {
  return typeof token === 'symbol' ? (token.description ?? 'service').replace('@enforcecore/', '') : token.name;
}
