import { DefaultPolicy, EnforceCoreError, loadSettings, Settings, defaultSettings, createContainer, type ContainerOptions, type EnforceContainer, type Policy } from '@enforcecore/core';
import { property } from './property.js';
import { houseService, houseServices, isList, nameOf, type ServiceToken } from './service-tokens.js';

/**
 * Between the providers of one Nest application and the house that enforces its calls. A service that Nest takes from the
 * house stays the house's own; any other that Nest has under the same token is bound into the house in its place.
 */
export class ServiceBridge {
  readonly container: EnforceContainer;
  /** What Nest has of each service, as the house knows it. */
  readonly #known = new Map<ServiceToken, unknown>();

  constructor(container: EnforceContainer) {
    this.container = container;
  }

  /** @param settings every one of them, as Nest injects them */
  static open(settings: Settings, { modules = [], plugins, environment = process.env }: Pick<ContainerOptions, 'modules' | 'plugins' | 'environment'>): ServiceBridge {
    refusePartial(settings);
    // Without its policy: whether it can be held depends on services that Nest has yet to make.
    const container = createContainer({ modules, plugins, environment, settings });
    container.rebind(Settings).toConstantValue(settings);
    return new ServiceBridge(container);
  }

  /** The house's own service, made from what Nest has under the tokens that it is made from. */
  take(token: ServiceToken, madeFrom: readonly ServiceToken[], parts: readonly unknown[]): unknown {
    madeFrom.forEach((part, i) => {
      this.offer(part, parts[i]);
    });
    const own = isList(token) ? this.#listed(token) : this.container.get(token);
    this.#known.set(token, own);
    return own;
  }

  /** What Nest has under a token: bound into the house, unless it is from there. */
  offer(token: ServiceToken, value: unknown): void {
    if (token === Settings) return;
    if (value === undefined || value === null) throw unusable(token, `is ${String(value)}`);
    if (this.#known.get(token) === value) return;
    if (isList(token)) this.#offerList(token, value);
    else this.#bind(token, usable(token, value));
    this.#known.set(token, value);
  }

  offerPolicy(policy: string | URL | Policy | undefined): void {
    if (policy !== undefined) this.#bind(DefaultPolicy, policy);
  }

  /** @throws EnforceCoreError `SETTINGS` when Nest and the house do not have the same services; `PLUGIN` when a plugin would not run. */
  verify(): void {
    this.container.house.refuseUnloaded();
    const torn = houseServices.find(({ token }) => !isList(token) && this.container.get(token) !== this.#known.get(token));
    if (torn === undefined) return;
    throw new EnforceCoreError(
      'SETTINGS',
      `${nameOf(torn.token)} was made before a service that it depends on was replaced by Nest's; replace it in \`services\` as well, and not in an Inversify module`,
    );
  }

  /** Nobody gets a container to close it that was not finished, and its modules may have opened connections. */
  orClose(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.container.close().catch(() => undefined);
      throw error;
    }
  }

  #offerList(token: ServiceToken, value: unknown): void {
    if (!Array.isArray(value)) throw unusable(token, 'is no list; there may be several of it');
    for (const item of value as readonly unknown[]) usable(token, item);
    if (this.container.isBound(token)) this.container.unbind(token);
    for (const item of value as readonly unknown[]) this.container.bind<unknown>(token).toConstantValue(item);
  }

  #listed(token: ServiceToken): readonly unknown[] {
    return this.container.isBound(token) ? this.container.getAll<unknown>(token) : [];
  }

  #bind(token: ServiceToken, value: unknown): void {
    const syntax = this.container.isBound(token) ? this.container.rebind<unknown>(token) : this.container.bind<unknown>(token);
    syntax.toConstantValue(value);
  }
}

/** A part without the methods that calls need would block every one of them, and only when they are made. */
function usable(token: ServiceToken, value: unknown): unknown {
  const lacking = houseService(token)?.methods?.find((method) => typeof property(value, method) !== 'function');
  if (lacking !== undefined) throw unusable(token, `has no method ${lacking}()`);
  return value;
}

function unusable(token: ServiceToken, what: string): EnforceCoreError {
  return new EnforceCoreError('SETTINGS', `what Nest provides for ${nameOf(token)} ${what}; provide the service itself, or leave the house's own`);
}

/** A replaced `Settings` that lacks some would switch off what they protect. */
function refusePartial(settings: Settings): void {
  const given: object = typeof settings === 'object' ? settings : {};
  const missing = Object.keys(defaultSettings).filter((key) => !(key in given));
  if (missing.length === 0) return;
  throw new EnforceCoreError('SETTINGS', `the Settings that Nest provides lack ${missing.slice(0, 5).join(', ')}; provide loadSettings({ … }), which fills them in`);
}

/** Settings as options and environment say. */
export function settingsOf(options: Pick<ContainerOptions, 'settings' | 'environment'>): Settings {
  return loadSettings(options.settings, options.environment);
}
