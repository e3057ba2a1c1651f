import { enforce, runAs, SettingsError, type EnforceOptions, type PolicyRef } from '@enforcecore/core';
import type { GateOptions } from './gate.js';

/** How a function is wrapped. */
export interface WrapOptions extends Omit<EnforceOptions, 'policy'>, Pick<GateOptions, 'container' | 'caller'> {}

/**
 * The enforced form of a plain function: it returns what the function returns, a value, a promise or a stream. The function
 * itself stays reachable for whoever holds it.
 *
 * @throws SettingsError for a function without a name, where `tool` gives none.
 */
export function wrapWithPolicy<T extends (this: never, ...args: never[]) => unknown>(policy: PolicyRef, fn: T, options: WrapOptions = {}): T {
  const { caller, ...site } = options;
  if ((options.tool ?? fn.name) === '') throw new SettingsError('a function without a name needs a name: wrapWithPolicy(policy, fn, { tool: "name" })');
  const wrapped = enforce(fn, { ...site, ...(policy === undefined ? {} : { policy }) });
  if (caller === undefined) return wrapped;
  const asCaller = function (this: never, ...args: never[]): unknown {
    return runAs(caller, () => Reflect.apply<never, never[], unknown>(wrapped, this, args));
  };
  // It takes and gives what the function does.
  return asCaller as T;
}
