import { DefaultPolicy, EnforceContainer, Settings } from '@enforcecore/core';
import type { FactoryProvider, InjectionToken, Provider } from '@nestjs/common';
import { CallerResolver } from './caller-resolver.js';
import { refuseUnfit } from './fit-services.js';
import { ModuleOptions, type EnforceModuleOptions } from './module-options.js';
import { ServiceBridge, settingsOf } from './service-bridge.js';
import { houseServices, isList, type HouseService, type ServiceToken } from './service-tokens.js';

type PolicyOption = EnforceModuleOptions['policy'];

const tokens = houseServices.map(({ token }) => token as InjectionToken);

/** What the module gives away, under the tokens of the house. */
export const exportedTokens: readonly InjectionToken[] = [EnforceContainer, Settings, DefaultPolicy as InjectionToken, CallerResolver, ...tokens];

/**
 * The house as Nest providers. Nest makes them in the order in which the house would, and each is bound into the house
 * before anything is made from it; so a provider that stands in for one, in `services` or by `overrideProvider` in a test,
 * does so in enforcement as well.
 */
export function serviceProviders(services: readonly Provider[]): readonly Provider[] {
  services.forEach(refuseUnfit);
  const { added, others } = sorted(services);
  return [
    { provide: Settings, useFactory: settingsOf, inject: [ModuleOptions] },
    { provide: CallerResolver, useFactory: ({ caller }: EnforceModuleOptions) => caller, inject: [ModuleOptions] },
    { provide: ServiceBridge, useFactory: (settings: Settings, options: EnforceModuleOptions) => ServiceBridge.open(settings, options), inject: [Settings, ModuleOptions] },
    { provide: DefaultPolicy as InjectionToken, useFactory: policyOf, inject: [ModuleOptions, ServiceBridge] },
    ...houseServices.map((service) => providerOf(service, added.get(service.token) ?? [])),
    containerProvider,
    ...others,
  ];
}

function policyOf({ policy }: EnforceModuleOptions, { container }: ServiceBridge): PolicyOption {
  return policy ?? (container.isBound(DefaultPolicy) ? container.get(DefaultPolicy) : undefined);
}

function providerOf({ token, madeFrom, isList: several }: HouseService, added: readonly InjectionToken[]): FactoryProvider {
  if (several === true) {
    return { provide: token as InjectionToken, useFactory: (bridge: ServiceBridge, ...more: readonly unknown[]) => listOf(bridge, token, more), inject: [ServiceBridge, ...added] };
  }
  return {
    provide: token as InjectionToken,
    useFactory: (bridge: ServiceBridge, ...parts: readonly unknown[]) => bridge.take(token, madeFrom, parts),
    inject: [ServiceBridge, ...(madeFrom as readonly InjectionToken[])],
  };
}

/** What Inversify modules bound, and behind it what Nest provides. */
function listOf(bridge: ServiceBridge, token: ServiceToken, more: readonly unknown[]): readonly unknown[] {
  const own = bridge.take(token, [], []) as readonly unknown[]; // of a list token it is a list
  if (more.length === 0) return own;
  const all = [...own, ...more];
  bridge.offer(token, all);
  return all;
}

/** Asked for last: every service is in the house by then. */
const containerProvider: FactoryProvider<EnforceContainer> = {
  provide: EnforceContainer,
  useFactory: (bridge: ServiceBridge, policy: PolicyOption, ...services: readonly unknown[]) => {
    bridge.orClose(() => {
      services.forEach((service, i) => {
        bridge.offer(houseServices[i]?.token as ServiceToken, service); // one for each, as injected below
      });
      bridge.offerPolicy(policy);
      bridge.verify();
    });
    return bridge.container;
  },
  inject: [ServiceBridge, DefaultPolicy as InjectionToken, ...tokens],
};

interface Sorted {
  /** Under tokens of their own, by the list that they are added to. */
  readonly added: ReadonlyMap<unknown, readonly InjectionToken[]>;
  readonly others: readonly Provider[];
}

/** Two providers under one token would replace each other, and of a list all are meant. */
function sorted(services: readonly Provider[]): Sorted {
  const added = new Map<unknown, InjectionToken[]>();
  const others = services.map((service): Provider => {
    if (typeof service === 'function' || !isList(service.provide)) return service;
    const own = Symbol('listed');
    added.set(service.provide, [...(added.get(service.provide) ?? []), own]);
    return { ...service, provide: own };
  });
  return { added, others };
}
