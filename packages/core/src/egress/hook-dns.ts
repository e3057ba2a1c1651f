import dns, { type promises } from 'node:dns';
import { isIP } from 'node:net';
import type { EgressScope } from './egress-scope.js';
import { currentScope, replace } from './hooks.js';
import { holderOf } from './node-insides.js';

type Query = (this: unknown, ...args: unknown[]) => unknown;

const queries = [
  'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveCaa', 'resolveCname', 'resolveMx', 'resolveNaptr', 'resolveNs', 'resolvePtr', 'resolveSoa',
  'resolveSrv', 'resolveTlsa', 'resolveTxt', 'reverse', 'lookup', 'lookupService',
] as const;

/** A name in a query reaches whoever owns the zone, so that a query is as good as a connection: judged before it leaves. */
export function hookDns(): void {
  // Both have methods of these names, though not the same types.
  const holders = [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype] as unknown as Record<string, Query>[];
  for (const [index, holder] of holders.entries()) {
    for (const name of queries) {
      if (typeof holder[name] === 'function') replace(holder, name, (original) => guarded(original, name, index % 2 === 1));
    }
  }
  const setters: Record<string, Query>[] = [dns, dns.promises, setterOf(dns.Resolver.prototype), setterOf(dns.promises.Resolver.prototype)] as never;
  for (const holder of new Set(setters)) replace(holder, 'setServers', guardedSetter);
}

function guarded(original: Query, name: (typeof queries)[number], promises: boolean): Query {
  return function query(this: unknown, ...args: unknown[]): unknown {
    const scope = currentScope();
    const refused = scope === undefined ? undefined : judge(scope, name, args[0]);
    if (refused === undefined) return Reflect.apply(original, this, args);
    if (promises) return Promise.reject(refused);
    const callback = args.findLast((arg) => typeof arg === 'function');
    if (callback === undefined) throw refused;
    process.nextTick(callback, refused);
    return {};
  };
}

function judge(scope: EgressScope, name: (typeof queries)[number], host: unknown): ReturnType<EgressScope['refuseName']> {
  // What is no text Node refuses itself.
  if (typeof host !== 'string' || host === '') return undefined;
  const asksForAddress = name === 'reverse' || name === 'lookupService';
  if (!asksForAddress) return name === 'lookup' && isIP(host) !== 0 ? undefined : scope.refuseName(host);
  return scope.refuseName(host) ?? scope.refuseAddress(host);
}

/** Names may be asked of the servers that this machine is set to, which the application knows of. */
function guardedSetter(original: Query): Query {
  return function setServers(this: unknown, ...args: unknown[]): unknown {
    const refused = currentScope()?.refuse('rules.network', 'a tool may not choose the servers that resolve names');
    if (refused !== undefined) throw refused;
    return Reflect.apply(original, this, args);
  };
}

function setterOf(prototype: dns.Resolver | promises.Resolver): object {
  return holderOf(prototype, 'setServers') ?? prototype;
}
