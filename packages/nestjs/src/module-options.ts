import type { ContainerOptions } from '@enforcecore/core';
import { ConfigurableModuleBuilder, type DynamicModule, type Provider } from '@nestjs/common';
import type { CallerResolver } from './caller-resolver.js';
import { optionsOf } from './known-keys.js';

/** What `forRoot` takes, and what a factory of `forRootAsync` gives. */
export interface EnforceModuleOptions extends ContainerOptions {
  /** Who calls: asked once a request (a message, a GraphQL operation). */
  readonly caller?: CallerResolver;
  /** Ends a request's calls when its client has gone away. True by default. */
  readonly abortOnDisconnect?: boolean;
}

/** What has to be known before any factory runs: beside the options in `forRoot`, beside `useFactory` in `forRootAsync`. */
export interface EnforceModuleExtras {
  /** Whether every module may inject the services without importing this one. True by default. */
  readonly isGlobal?: boolean;
  /** Providers in place of the house's services (under their tokens), and what these inject. Each of a list token adds one. */
  readonly services?: readonly Provider[];
  /** Modules that export what `services` inject. */
  readonly imports?: DynamicModule['imports'];
  /** Answers refused requests: 403, 429… False leaves the errors to your filters. True by default. */
  readonly answers?: boolean;
}

/** A class for `useClass` and `useExisting` of `forRootAsync`. */
export interface EnforceOptionsFactory {
  create(): EnforceModuleOptions | Promise<EnforceModuleOptions>;
}

export const ModuleOptions: unique symbol = Symbol.for('@enforcecore/nestjs/options');

const extras: Required<EnforceModuleExtras> = { isGlobal: true, services: [], imports: [], answers: true };

/** @param complete adds the providers to the module that Nest has built from the options */
export function buildModule(complete: (definition: DynamicModule, extras: Required<EnforceModuleExtras>) => DynamicModule) {
  return new ConfigurableModuleBuilder<EnforceModuleOptions>({ optionsInjectionToken: ModuleOptions })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('create')
    .setExtras<EnforceModuleExtras>(extras, (definition, given) => complete(checking(definition), { ...extras, ...withoutUndefined(given) }))
    .build();
}

/** Whatever a factory gives is looked at before anything is made from it. */
function checking(definition: DynamicModule): DynamicModule {
  const providers = (definition.providers ?? []).map((provider): Provider => {
    if (typeof provider === 'function' || provider.provide !== ModuleOptions || !('useFactory' in provider)) return provider;
    const { useFactory } = provider;
    return { ...provider, useFactory: async (...parts: unknown[]) => optionsOf(await useFactory(...parts)) };
  });
  return { ...definition, providers };
}

function withoutUndefined(given: EnforceModuleExtras): EnforceModuleExtras {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
