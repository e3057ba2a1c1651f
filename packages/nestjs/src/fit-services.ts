import { EnforceContainer, EnforceCoreError, DefaultPolicy, PluginManager, Settings } from '@enforcecore/core';
import { Scope, type Provider } from '@nestjs/common';
import { CallerResolver } from './caller-resolver.js';
import { houseService } from './service-tokens.js';

/** Where `@Injectable({ scope })` writes it down. */
const scopeKey = 'scope:options';

/**
 * Refuses a provider of `services` that would not do what it says: under a token of the core that is no service of the
 * house, or made more than once.
 *
 * @throws EnforceCoreError `SETTINGS`
 */
export function refuseUnfit(service: Provider): void {
  const token: unknown = typeof service === 'function' ? service : service.provide;
  if (token === PluginManager) throw unfit('PluginManager', 'is no service: hand it over as `plugins`, beside the policy');
  if (token === EnforceContainer) throw unfit('EnforceContainer', 'is made by the module: hand over services, or Inversify modules as `modules`');
  const isOurs = token === Settings || token === DefaultPolicy || token === CallerResolver || houseService(token) !== undefined;
  if (!isOurs) {
    // A provider under a token of its own is there for those that inject it.
    if (typeof token === 'symbol' && Symbol.keyFor(token)?.startsWith('@enforcecore/') === true) throw unfit(String(token.description), 'is no service of this version of the house, so it would never be asked');
    return;
  }
  const scope = scopeOf(service);
  if (scope === undefined || scope === Scope.DEFAULT) return;
  throw unfit(nameOf(token), `is ${scope === Scope.REQUEST ? 'request-scoped' : 'transient'}, and a house has one of it for all calls; make it a singleton`);
}

function scopeOf(service: Provider): Scope | undefined {
  if (typeof service === 'function') return scopeOfClass(service);
  const own = 'scope' in service ? service.scope : undefined;
  return own ?? ('useClass' in service ? scopeOfClass(service.useClass) : undefined);
}

function scopeOfClass(made: unknown): Scope | undefined {
  const options: unknown = typeof made === 'function' ? Reflect.getMetadata(scopeKey, made) : undefined;
  return (options as { readonly scope?: Scope } | undefined)?.scope; // Nest's own, by that key
}

function nameOf(token: unknown): string {
  return typeof token === 'symbol' ? String(token.description) : (token as { readonly name: string }).name; // ours are symbols and classes
}

function unfit(name: string, why: string): EnforceCoreError {
  return new EnforceCoreError('SETTINGS', `the entry ${name.replace(/^@enforcecore\//, '')} of \`services\` ${why}`);
}
