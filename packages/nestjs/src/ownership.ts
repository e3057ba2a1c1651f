import { attach, EnforceCoreError, enforcedMethodsOf, hasHooks, type EnforceContainer } from '@enforcecore/core';

/** Which open container an instance belongs to, over all applications of the process: an instance can have one. */
const owners = new WeakMap<object, EnforceContainer>();
const closed = new WeakSet<EnforceContainer>();

/** Makes instances one container's own. */
export class Ownership {
  readonly #container: EnforceContainer;

  constructor(container: EnforceContainer) {
    this.#container = container;
  }

  /**
   * @param isOneOfMany hooks of such an instance would add up
   * @throws EnforceCoreError `NOT_ENFORCED` for a bare override; `SETTINGS` for another application's instance; `POLICY_…`
   */
  claim(instance: object, isOneOfMany: boolean): void {
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (typeof prototype !== 'object' || prototype === null) return;
    const methods = enforcedMethodsOf(instance);
    const withHooks = hasHooks(prototype);
    if (methods.length === 0 && !withHooks) return;
    if (withHooks && isOneOfMany) {
      throw new EnforceCoreError('HOOK', `${nameOf(instance)} has hook methods and is one of many instances, so its hooks would add up; make it a singleton`);
    }
    const owner = owners.get(instance);
    if (owner !== undefined && owner !== this.#container && !closed.has(owner)) {
      throw new EnforceCoreError('SETTINGS', `the same ${nameOf(instance)} is a provider of two applications that run; give each its own instance`);
    }
    owners.set(instance, this.#container);
    attach(instance, this.#container);
    this.#loadPolicies(instance);
  }

  /** Refuses a class, before there is an instance of it, for what its instances would be refused for. */
  tryOut(prototype: object): void {
    attach(Object.create(prototype) as object, this.#container); // an object of the class that nobody calls
    this.#loadPolicies(prototype);
  }

  release(): void {
    closed.add(this.#container);
  }

  /** A policy that cannot be used is told of here, and not at the first call. */
  #loadPolicies(instance: object): void {
    for (const policy of new Set(enforcedMethodsOf(instance).map((method) => method.policy))) this.#container.house.policy(policy);
  }
}

function nameOf(instance: object): string {
  const { constructor } = instance as { readonly constructor?: unknown }; // every object may have one
  return typeof constructor === 'function' ? constructor.name : 'object';
}
