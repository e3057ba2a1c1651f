import { EnforceCoreError } from '../errors.js';
import { registerHooks } from '../hooks/decorators.js';
import type { House, PolicyRef } from '../pipeline/house.js';
import { refuseUnmovable, type EnforcedFacts } from '../sandbox/refuse-unmovable.js';
import { bareOverride, declarationOf } from '../tools/declaration.js';

/** Which house enforces the calls of an instance. */
const houses = new WeakMap<object, House>();
const enforced = new WeakMap<object, EnforcedFacts>();

/** Notes a function as enforced, so that an override that is not can be told apart. */
export function markEnforced(wrapper: object, facts: EnforcedFacts): void {
  enforced.set(wrapper, facts);
}

export function isEnforced(value: unknown): boolean {
  return typeof value === 'function' && enforced.has(value);
}

/** One enforced method of a class or an object, as `@Enforce` wrote it down. */
export interface EnforcedMethod {
  readonly key: string | symbol;
  /** As given, not canonical. */
  readonly tool: string;
  /** `undefined`: the container's own. */
  readonly policy: PolicyRef;
}

/** The enforced methods of an instance or a prototype, inherited ones included; nothing is called and no getter runs. */
export function enforcedMethodsOf(instance: object): readonly EnforcedMethod[] {
  const seen = new Set<string | symbol>();
  const found: EnforcedMethod[] = [];
  for (const level of lineage(instance)) {
    for (const key of Reflect.ownKeys(level)) {
      const facts = factsOf(Object.getOwnPropertyDescriptor(level, key)?.value);
      if (facts !== undefined && !seen.has(key)) found.push({ key, tool: facts.tool, policy: facts.policy });
      seen.add(key);
    }
  }
  return found;
}

function factsOf(value: unknown): EnforcedFacts | undefined {
  return typeof value === 'function' ? enforced.get(value) : undefined;
}

export function houseOf(instance: unknown): House | undefined {
  return typeof instance === 'object' && instance !== null ? houses.get(instance) : undefined;
}

/**
 * Makes an instance's enforced methods run under a house, and adds its hook methods to it.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` when a subclass overrides an enforced method without `@Enforce`, or a tool
 * without `@Tool`; `SANDBOX` when the policy demands a wall around a method that cannot be moved behind one.
 */
export function adopt(instance: unknown, house: House): void {
  if (typeof instance !== 'object' || instance === null || houses.get(instance) === house) return;
  const prototype: unknown = Object.getPrototypeOf(instance);
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return;
  refuseBareOverrides(instance, house);
  houses.set(instance, house);
  registerHooks(instance, () => house.services.hooks);
}

function refuseBareOverrides(instance: object, house: House): void {
  const nearest = new Map<string | symbol, unknown>();
  for (const level of lineage(instance)) {
    for (const key of Reflect.ownKeys(level)) {
      const value: unknown = Object.getOwnPropertyDescriptor(level, key)?.value;
      const isNearest = !nearest.has(key);
      if (isNearest) nearest.set(key, value);
      if (isNearest) refuseUnmovable(factsOf(value), house);
      else if (isEnforced(value) && !isEnforced(nearest.get(key))) refuse(instance, key, 'overrides an enforced method without being enforced itself; put @Enforce on it');
      else if (declarationOf(value) !== undefined && declarationOf(nearest.get(key)) === undefined) refuse(instance, key, bareOverride);
    }
  }
}

function refuse(instance: object, key: string | symbol, why: string): never {
  throw new EnforceCoreError('NOT_ENFORCED', `${instance.constructor.name}.${String(key)} ${why}`, { toolName: String(key) });
}

/** The instance and its prototypes, nearest first. */
function lineage(instance: object): readonly object[] {
  const levels: object[] = [];
  for (let level: object | null = instance; level !== null && level !== Object.prototype; level = Object.getPrototypeOf(level) as object | null) {
    levels.push(level);
  }
  return levels;
}
