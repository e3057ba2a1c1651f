import { EnforceCoreError, hasHooks } from '@enforcecore/core';
import { Scope } from '@nestjs/common';
import { LazyModuleLoader, ModuleRef, type ModulesContainer } from '@nestjs/core';
import { hasEnforced, type Ownership } from './ownership.js';

type Module = ModulesContainer extends Map<string, infer M> ? M : never;
type ValueOf<M> = M extends Map<infer _, infer V> ? V : never;
type Wrapper = ValueOf<Module['controllers' | 'injectables' | 'middlewares' | 'providers']>;

/**
 * Sees every instance that Nest makes in one application, before anyone is handed it: those made at the start, and those
 * made later, for a request, for whoever injects a transient provider, or by `moduleRef.create()`.
 *
 * Nest has no event for it that a module could listen to (`instrument.instanceDecorator` is an option of whoever starts
 * the application), so the reading of a provider's instances is what is watched.
 */
export class InstanceWatch {
  readonly #ownership: Ownership;
  readonly #modules: ModulesContainer;
  readonly #seen = new WeakSet();

  constructor(modules: ModulesContainer, ownership: Ownership) {
    this.#modules = modules;
    this.#ownership = ownership;
  }

  /**
   * Watches what is there, and what lazy modules bring later.
   *
   * @throws EnforceCoreError for a class that cannot be enforced as it is.
   */
  start(): void {
    for (const module of this.#modules.values()) this.#watchModule(module);
  }

  /** @throws EnforceCoreError for hooks of a class that turned out to be made for each request. */
  checkHooks(): void {
    for (const wrapper of this.#wrappers()) {
      if (isOfHooks(wrapper) && !wrapper.isDependencyTreeStatic()) throw manyHooks(wrapper);
    }
  }

  *#wrappers(): Iterable<Wrapper> {
    for (const module of this.#modules.values()) yield* wrappersOf(module);
  }

  #watchModule(module: Module): void {
    for (const wrapper of wrappersOf(module)) {
      if (this.#seen.has(wrapper)) continue;
      this.#seen.add(wrapper);
      this.#watchWrapper(wrapper);
    }
  }

  #watchWrapper(wrapper: Wrapper): void {
    const prototype = prototypeOf(wrapper);
    // Of a class without enforced methods nothing that it makes has any; what a factory or a value is shows later.
    if (prototype !== undefined && !this.#concerns(wrapper, prototype)) return;
    for (const host of wrapper.getStaticTransientInstances()) this.#adopt(host?.instance, wrapper);
    const read = wrapper.getInstanceByContextId.bind(wrapper);
    wrapper.getInstanceByContextId = (...args) => {
      const host = read(...args);
      if (host.isResolved === true) this.#adopt(host.instance, wrapper);
      return host;
    };
    // Read once for those that are made already.
    const { instance: _ } = wrapper;
  }

  #concerns(wrapper: Wrapper, prototype: object): boolean {
    if (hasHooks(prototype)) {
      if (wrapper.isTransient || wrapper.scope === Scope.REQUEST) throw manyHooks(wrapper);
      return true;
    }
    if (!hasEnforced(prototype)) return isHostOfOthers(prototype);
    this.#ownership.tryOut(prototype);
    return true;
  }

  #adopt(instance: unknown, wrapper: Wrapper): void {
    if (!Array.isArray(instance)) {
      this.#adoptOne(instance, wrapper);
      return;
    }
    // A list of tools: each of them, once.
    if (this.#seen.has(instance)) return;
    this.#seen.add(instance);
    for (const item of instance as readonly unknown[]) this.#adoptOne(item, wrapper);
  }

  #adoptOne(instance: unknown, wrapper: Wrapper): void {
    if (typeof instance !== 'object' || instance === null || this.#seen.has(instance)) return;
    // Of an asynchronous provider: its instance is read again, awaited.
    if (instance instanceof Promise) return;
    this.#seen.add(instance);
    if (instance instanceof ModuleRef) this.#watchCreate(instance);
    else if (instance instanceof LazyModuleLoader) this.#watchLoad(instance);
    else this.#ownership.claim(instance, wrapper.isTransient || wrapper.scope === Scope.REQUEST);
  }

  /** `moduleRef.create()` makes instances of classes that are no providers. */
  #watchCreate(moduleRef: ModuleRef): void {
    const create = moduleRef.create.bind(moduleRef);
    moduleRef.create = async <T>(...args: Parameters<typeof create<T>>): Promise<T> => {
      const made = await create<T>(...args);
      if (typeof made === 'object' && made !== null) this.#ownership.claim(made, true);
      return made;
    };
  }

  #watchLoad(loader: LazyModuleLoader): void {
    const load = loader.load.bind(loader);
    loader.load = async (...args) => {
      const moduleRef = await load(...args);
      this.start();
      return moduleRef;
    };
  }
}

function wrappersOf(module: Module): readonly Wrapper[] {
  return [...module.providers.values(), ...module.controllers.values(), ...module.injectables.values(), ...module.middlewares.values()];
}

/** Of a class; `undefined` for values, factories and aliases. */
function prototypeOf({ metatype, isNotMetatype }: Wrapper): object | undefined {
  if (isNotMetatype || typeof metatype !== 'function') return undefined;
  const prototype: unknown = metatype.prototype;
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}

function isOfHooks(wrapper: Wrapper): boolean {
  const prototype = prototypeOf(wrapper);
  return prototype !== undefined && hasHooks(prototype);
}

/** Through these, instances are made that no provider stands for. */
function isHostOfOthers(prototype: object): boolean {
  return prototype === ModuleRef.prototype || prototype === LazyModuleLoader.prototype;
}

function manyHooks({ name }: Wrapper): EnforceCoreError {
  return new EnforceCoreError('HOOK', `${String(name)} has hook methods and is made for each request or each of its users, so its hooks would add up; make it a singleton`);
}
