import {
  AuditBackendPlugin,
  Auditor,
  Clock,
  CostLedger,
  Detector,
  EntityRecognizer,
  Executor,
  Guard,
  GuardPlugin,
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
  Webhooks,
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
  /** Methods that the house calls: what stands in for the service, each one of a list, has them. */
  readonly methods?: readonly string[];
}

/** Services of which there is one. A test holds the lists against what the house does when a service is replaced. */
const single: readonly HouseService[] = [
  { token: Clock, madeFrom: [], methods: ['now', 'monotonic', 'schedule'] },
  { token: Logger, madeFrom: [Settings], methods: ['log'] },
  { token: PolicyEngine, madeFrom: [], methods: ['decide'] },
  { token: Vault, madeFrom: [], methods: ['tokenFor', 'valueOf'] },
  { token: PatternRegistry, madeFrom: [] },
  { token: Redactor, madeFrom: [Settings, Logger, Vault, PatternRegistry, Detector, EntityRecognizer, RedactorPlugin], methods: ['redact'] },
  { token: PriceTable, madeFrom: [Settings], methods: ['price'] },
  { token: KillSwitch, madeFrom: [Clock] },
  { token: CostLedger, madeFrom: [] },
  { token: RateLimiter, madeFrom: [] },
  { token: Tripwire, madeFrom: [KillSwitch], methods: ['saw'] },
  { token: LimitStore, madeFrom: [CostLedger, RateLimiter], methods: ['take', 'count', 'spend', 'spent'] },
  { token: Guard, madeFrom: [LimitStore, Clock, Logger], methods: ['reserve'] },
  { token: Auditor, madeFrom: [Settings, Clock, Logger], methods: ['begin', 'record'] },
  { token: HookRegistry, madeFrom: [] },
  { token: ObserverQueue, madeFrom: [Logger, Settings] },
  { token: Webhooks, madeFrom: [Settings, CostLedger, Clock, Logger] },
  { token: Executor, madeFrom: [Clock], methods: ['execute', 'step'] },
];

const lists: readonly HouseService[] = [
  { token: Detector, madeFrom: [], isList: true, methods: ['detect'] },
  { token: EntityRecognizer, madeFrom: [], isList: true },
  { token: RedactorPlugin, madeFrom: [], isList: true },
  { token: Stage, madeFrom: [], isList: true },
  { token: GuardPlugin, madeFrom: [], isList: true, methods: ['check'] },
  { token: AuditBackendPlugin, madeFrom: [], isList: true, methods: ['record', 'flush'] },
];

/** Every service that Nest injects and may replace, besides `Settings` and `DefaultPolicy`, from which the house itself is made. */
export const houseServices: readonly HouseService[] = [...lists, ...single];

export function houseService(token: unknown): HouseService | undefined {
  return houseServices.find((service) => service.token === token);
}

export function isList(token: unknown): boolean {
  return lists.some((service) => service.token === token);
}

/** How a service is called in a message. */
export function nameOf(token: ServiceToken): string {
  return typeof token === 'symbol' ? (token.description ?? 'service').replace('@enforcecore/', '') : token.name;
}
