import { attach, EnforceCoreError, enforcedMethodsOf, hasHooks, type EnforceContainer } from '@enforcecore/core';

/** Whose an instance is, over all applications of the process: it can be in one. */
const owners = new WeakMap<object, Ownership>();

/** Makes instances one container's own. */
export class Ownership {
  readonly #container: EnforceContainer;
  #state: 'starting' | 'running' | 'ended' = 'starting';
  /** What another application took while this one had not started. */
  #lost: string | undefined;

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
    const withHooks = hasHooks(prototype);
    if (!withHooks && !hasEnforced(instance)) return;
    if (withHooks && isOneOfMany) {
      throw new EnforceCoreError('HOOK', `${nameOf(instance)} has hook methods and is one of many instances, so its hooks would add up; make it a singleton`);
    }
    const owner = owners.get(instance);
    if (owner !== undefined && owner !== this) owner.#yield(instance);
    owners.set(instance, this);
    attach(instance, this.#container);
    this.#loadPolicies(instance);
  }

  /** Refuses a class, before there is an instance of it, for what its instances would be refused for. */
  tryOut(prototype: object): void {
    attach(Object.create(prototype) as object, this.#container); // an object of the class that nobody calls
    this.#loadPolicies(prototype);
  }

  /**
   * The application has started: nobody takes its instances any more.
   *
   * @throws EnforceCoreError `SETTINGS` when somebody has.
   */
  started(): void {
    if (this.#lost !== undefined) throw shared(this.#lost);
    if (this.#state === 'starting') this.#state = 'running';
  }

  /** Closes the container; the instances may belong to another one from here on. */
  release(): Promise<void> {
    this.#state = 'ended';
    return this.#container.close();
  }

  /** Nest tells nobody of a start that failed. One that has not come to its end gives way to another, and holds nothing open. */
  #yield(instance: object): void {
    if (this.#state === 'running') throw shared(nameOf(instance));
    if (this.#state === 'ended') return;
    this.#lost ??= nameOf(instance);
    this.release().catch(() => undefined);
  }

  /** A policy that cannot be used is told of here, and not at the first call. */
  #loadPolicies(instance: object): void {
    for (const policy of new Set(enforcedMethodsOf(instance).map((method) => method.policy))) this.#container.house.policy(policy);
  }
}

/** Whether a class of the instance, or of the prototype, has enforced methods: those that a bare override hides as well. */
export function hasEnforced(instance: object): boolean {
  for (let level: object | null = instance; level !== null; level = Object.getPrototypeOf(level) as object | null) {
    if (enforcedMethodsOf(level).length > 0) return true;
  }
  return false;
}

function shared(name: string): EnforceCoreError {
  return new EnforceCoreError('SETTINGS', `the same ${name} is a provider of two applications at the same time; give each its own instance`);
}

function nameOf(instance: object): string {
  const { constructor } = instance as { readonly constructor?: unknown }; // every object may have one
  return typeof constructor === 'function' ? constructor.name : 'object';
}
