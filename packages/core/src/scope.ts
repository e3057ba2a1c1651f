import { currentFrame, runInFrame, type Caller } from './call.js';
import type { EnforceContainer } from './container/enforce-container.js';
import { adopt } from './container/attachment.js';
import { EnforceCoreError } from './errors.js';
import { defaultContainer } from './house.js';
import { usdOf } from './guard/cost/money.js';
import type { TokenUsage } from './guard/cost/prices.js';
import type { House } from './pipeline/house.js';
import type { EnforcementResult } from './pipeline/result.js';

/** Runs code in which instances that no container made are enforced by this one. */
export function runInContainer<T>(container: EnforceContainer, body: () => T): T {
  return runInFrame({ ...currentFrame(), call: currentFrame()?.call, house: container.house }, body);
}

/**
 * Runs code whose calls are made on somebody's behalf: a request's tenant, an agent, a session, a signal that ends them.
 * What a call says itself goes before it; what runs inside a call inherits from that call. Scopes inside scopes add up.
 */
export function runAs<T>(caller: Caller, body: () => T): T {
  const frame = currentFrame();
  return runInFrame({ ...frame, house: frame?.house, call: frame?.call, caller: { ...frame?.caller, ...caller } }, body);
}

/**
 * Makes an instance that the container did not make its own: its enforced methods and hooks belong to the container.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` when the instance overrides an enforced method without `@Enforce`.
 */
export function attach<T extends object>(instance: T, container: EnforceContainer): T {
  adopt(instance, container.house);
  return instance;
}

export interface Traced<T> {
  readonly value: T;
  /** One for each enforced call that the code made itself, in the order in which they ended. */
  readonly results: readonly EnforcementResult[];
}

/** Runs code and tells what enforcement did with the calls in it, exactly, also when other calls run at the same time. */
export async function withResults<T>(body: () => T | PromiseLike<T>): Promise<Traced<Awaited<T>>> {
  const results: EnforcementResult[] = [];
  const frame = currentFrame();
  const onResult = (result: EnforcementResult): void => {
    results.push(result);
  };
  const value = await runInFrame({ ...frame, house: frame?.house, call: frame?.call, onResult }, body);
  return { value, results };
}

/** How the call that ended last in this scope's container ended. Beside other calls, use `withResults`. */
export function lastResult(): EnforcementResult | undefined {
  return (currentFrame()?.house ?? defaultContainer().house).lastResult;
}

/**
 * Adds what tokens cost inside the current call, by the prices of its container, to the call's accounts.
 *
 * @throws EnforceCoreError `COST_INVALID` for a model without a price, and outside an enforced call.
 */
export function recordTokens(usage: TokenUsage): void {
  recordCost(usdOf(insideCall('recordTokens').microsOfTokens(usage)));
}

/** Adds money spent inside the current call, in US dollars, to its policy's and the container's accounts. */
export function recordCost(usd: number): void {
  const frame = currentFrame();
  const house = insideCall('recordCost');
  if (frame?.call === undefined) return;
  house.recordCost(usd, frame.call.policyName, frame);
}

function insideCall(name: string): House {
  const frame = currentFrame();
  if (frame?.house !== undefined && frame.call !== undefined) return frame.house;
  throw new EnforceCoreError('COST_INVALID', `${name}() is for code inside an enforced call; elsewhere use enforcer.${name}()`);
}
