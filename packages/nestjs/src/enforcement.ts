import { DefaultPolicy, EnforceContainer, EnforceCoreError } from '@enforcecore/core';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { InstanceWatch } from './instance-watch.js';
import { Ownership } from './ownership.js';
import { ServiceBridge } from './service-bridge.js';

/** Keeps one application's instances and its container together, from its start to its end. */
@Injectable()
export class Enforcement implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #ownership: Ownership;
  readonly #watch: InstanceWatch;

  constructor(
    @Inject(EnforceContainer) container: EnforceContainer,
    @Inject(ServiceBridge) bridge: ServiceBridge,
    @Inject(ModulesContainer) modules: ModulesContainer,
  ) {
    refuseStray(container, bridge, modules);
    this.#ownership = new Ownership(container);
    this.#watch = new InstanceWatch(modules, this.#ownership);
    this.#orClose(() => {
      loadOwnPolicy(container);
      this.#watch.start();
    });
  }

  onModuleInit(): void {
    this.#orClose(() => {
      // Middleware is made after everything else.
      this.#watch.start();
      this.#watch.checkHooks();
    });
  }

  onApplicationBootstrap(): void {
    this.#orClose(() => {
      this.#ownership.started();
    });
  }

  /** Nest asks when requests have ended and connections are closed: nothing is recorded any more, and what is held back is written. */
  async onApplicationShutdown(): Promise<void> {
    await this.#ownership.release();
  }

  #orClose(body: () => void): void {
    try {
      body();
    } catch (error) {
      // The application will not start, so nobody else closes what the container has opened.
      this.#ownership.release().catch(() => undefined);
      throw error;
    }
  }
}

/** The container's policy, where it has one: each `@Enforce` may name its own. */
function loadOwnPolicy(container: EnforceContainer): void {
  const { house } = container;
  if (container.isBound(DefaultPolicy) || house.services.settings.defaultPolicy !== undefined) house.policy(undefined);
}

function refuseStray(container: EnforceContainer, bridge: ServiceBridge, modules: ModulesContainer): void {
  if (container !== bridge.container) {
    throw new EnforceCoreError('SETTINGS', 'the EnforceContainer was replaced, and its services were not; replace the services, or hand Inversify modules to EnforceModule');
  }
  const twice = [...modules.values()].filter(({ providers }) => providers.has(ServiceBridge)).length > 1;
  if (twice) throw new EnforceCoreError('SETTINGS', 'EnforceModule.forRoot() was called twice, and an application has one container; call it once, and import what it returned wherever it is needed');
}
