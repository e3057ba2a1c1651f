import { Container, type BindToFluentSyntax, type ContainerModule, type ServiceIdentifier } from 'inversify';
import { KillSwitch } from '../guard/kill-switch/kill-switch.js';
import { LimitStore } from '../guard/limits/limit-store.js';
import { House, type ServiceSource } from '../pipeline/house.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import type { Room } from '../pipeline/stage.js';
import { adopt } from './attachment.js';

type LoadOptions = Parameters<ContainerModule['load']>[0];
type Identifier = ServiceIdentifier;

/** A default binding, and the services that it was built from: when one of those is replaced, it is built anew. */
export interface DefaultBinding {
  readonly token: Identifier;
  readonly madeFrom: readonly Identifier[];
  bind(bind: LoadOptions['bind']): void;
}

export interface EnforceContainerParts {
  readonly defaults: readonly DefaultBinding[];
  readonly rooms: Readonly<Record<Room, RoomBuilder>>;
}

/** How long the end of a container is held up by calls that go on, and by observers that are slow. */
const mostAtEndMs = 5_000;

/**
 * An Inversify container that is a house: every object it makes is enforced by its services, and replacing a service by
 * `rebind` takes effect from the next call. Isolation between tenants is a container each, never a parent container.
 */
export class EnforceContainer extends Container {
  readonly house: House;
  #defaults: Map<Identifier, DefaultBinding>;
  #watched = new Set<Identifier>();
  readonly #snapshots: { readonly defaults: Map<Identifier, DefaultBinding>; readonly watched: Set<Identifier> }[] = [];
  #version = 0;
  #closing: Promise<void> | undefined;

  constructor({ defaults, rooms }: EnforceContainerParts) {
    super({ defaultScope: 'Singleton' });
    this.#defaults = new Map(defaults.map((binding) => [binding.token, binding]));
    for (const binding of defaults) binding.bind((id) => this.#bindWatched(id));
    const source: ServiceSource = {
      get: (token) => this.get(token),
      getAll: (token) => this.getAll(token),
      isBound: (token) => this.isBound(token),
      version: 0,
    };
    Object.defineProperty(source, 'version', { get: () => this.#version });
    this.house = new House(source, rooms);
  }

  override bind<T>(id: ServiceIdentifier<T>): BindToFluentSyntax<T> {
    this.#changed(id);
    return this.#bindWatched(id);
  }

  override rebind<T>(id: ServiceIdentifier<T>): BindToFluentSyntax<T> {
    this.#watched.delete(id);
    const syntax = super.rebind(id);
    this.#watch(id);
    this.#changed(id);
    return syntax;
  }

  override async rebindAsync<T>(id: ServiceIdentifier<T>): Promise<BindToFluentSyntax<T>> {
    await super.unbindAsync(id);
    this.#watched.delete(id);
    return this.bind(id);
  }

  override unbind(id: Parameters<Container['unbind']>[0]): void {
    super.unbind(id);
    this.#unbound(id);
  }

  override async unbindAsync(id: Parameters<Container['unbindAsync']>[0]): Promise<void> {
    await super.unbindAsync(id);
    this.#unbound(id);
  }

  override load(...modules: ContainerModule[]): void {
    super.load(...modules.map((module) => this.#watching(module)));
    this.#version += 1;
  }

  override async loadAsync(...modules: ContainerModule[]): Promise<void> {
    await super.loadAsync(...modules.map((module) => this.#watching(module)));
    this.#version += 1;
  }

  override unload(...modules: ContainerModule[]): void {
    super.unload(...modules);
    this.#version += 1;
  }

  override snapshot(): void {
    super.snapshot();
    this.#snapshots.push({ defaults: new Map(this.#defaults), watched: new Set(this.#watched) });
  }

  /** What is known of the bindings goes back with them: an instance made under a name not watched would go unenforced. */
  override restore(): void {
    super.restore();
    const { defaults, watched } = this.#snapshots.pop() ?? { defaults: this.#defaults, watched: new Set<Identifier>() };
    this.#defaults = defaults;
    this.#watched = watched;
    this.#version += 1;
  }

  override unbindAll(): void {
    super.unbindAll();
    this.#watched.clear();
    this.#version += 1;
  }

  override async unbindAllAsync(): Promise<void> {
    await super.unbindAllAsync();
    this.#watched.clear();
    this.#version += 1;
  }

  /**
   * Waits for running calls and for observers, five seconds each at most, and for webhooks, ten at most, and closes what is open: the trail,
   * audit backends, shared limits. Calls made afterwards are blocked. Asked again, it gives the same answer.
   *
   * @throws what a part failed with, an AggregateError for several; every other part is closed all the same.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const errors: unknown[] = [];
    const step = async <T>(body: () => T | Promise<T>): Promise<T | undefined> => {
      try {
        return await body();
      } catch (error) {
        errors.push(error);
        return undefined;
      }
    };
    await step(() => this.house.settle(mostAtEndMs));
    const services = this.house.lastServices;
    await step(() => services?.observers.close(mostAtEndMs));
    this.house.close();
    const store = await step(() => this.get(LimitStore));
    await step(() => this.unbindAllAsync());
    await step(() => services?.executor.close?.());
    await step(() => store?.close?.());
    await step(() => services?.auditor.whenClosed?.());
    // Last, so that what could not be written at the end is told of as well.
    await step(() => this.house.webhooks.close());
    if (errors.length > 1) throw new AggregateError(errors, `${String(errors.length)} parts of the container could not be closed; see errors`);
    if (errors.length === 1) throw errors[0];
  }

  #bindWatched<T>(id: ServiceIdentifier<T>): BindToFluentSyntax<T> {
    const syntax = super.bind(id);
    this.#watch(id);
    return syntax;
  }

  /** Objects made under this name become this house's own before anyone sees them. */
  #watch(id: Identifier): void {
    if (this.#watched.has(id)) return;
    this.#watched.add(id);
    this.onActivation<unknown>(id, (_context, made) => {
      adopt(made, this.house);
      // Tripped before the first call, it has to be in the trail all the same.
      if (made instanceof KillSwitch) this.house.watch(made);
      return made;
    });
  }

  #unbound(id: Parameters<Container['unbind']>[0]): void {
    // By binding instead of by name: which name lost its activation is not told, so all are watched anew.
    if (typeof id === 'object') this.#watched.clear();
    else this.#watched.delete(id);
    this.#version += 1;
  }

  /** A replaced service is no default any more, and what was built from the old one is built anew. */
  #changed(id: Identifier): void {
    this.#version += 1;
    this.#defaults.delete(id);
    for (const dependent of [...this.#defaults.values()]) {
      if (!dependent.madeFrom.includes(id)) continue;
      dependent.bind((token) => {
        const syntax = super.rebind(token);
        this.#watched.delete(token);
        this.#watch(token);
        return syntax; // the same binding syntax, typed by the token that it was asked for
      });
    }
  }

  /** A module binds past the container's own methods, so what it is given is wrapped. */
  #watching(module: ContainerModule): ContainerModule {
    const load = (options: LoadOptions): void | Promise<void> =>
      module.load({
        ...options,
        bind: (id) => {
          const syntax = options.bind(id);
          this.#watch(id);
          this.#changed(id);
          return syntax;
        },
        rebind: (id) => {
          const syntax = options.rebind(id);
          this.#watched.delete(id);
          this.#watch(id);
          this.#changed(id);
          return syntax;
        },
      });
    // A module is its id and its load function; the id stays, so that unloading finds its bindings.
    return { id: module.id, load } as ContainerModule;
  }
}
