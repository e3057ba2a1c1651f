import { createHash } from 'node:crypto';
import { CostLimitError } from '../../errors.js';
import type { TripRule } from '../../policy/limits/limit-rules.js';
import type { Walk } from '../../pipeline/walk.js';
import type { KillSwitch } from './kill-switch.js';
import { scopesOf } from './rule-scopes.js';
import { cleanBy, scopeKey } from './switch-event.js';
import type { TripScope } from './trip.js';
import type { Tripwire } from './tripwire.js';
import { ViolationWindow } from './violation-window.js';

/** Names of one kind that are counted apart at the same time; those beyond count for whom they belong to. */
const mostWindows = 4_096;

/** Trips of one kind that rules make; names beyond are stopped together. All kinds together leave room for trips by hand. */
export const mostRuleTrips = 200;

/** Trips the switch when blocked calls break one of their policy's rules for it. */
export class RuleTripwire implements Tripwire {
  readonly killSwitch: KillSwitch;
  readonly #windows = new Map<TripScope['of'], Map<string, ViolationWindow>>();

  constructor(killSwitch: KillSwitch) {
    this.killSwitch = killSwitch;
  }

  saw(walk: Walk): void {
    // What the switch blocked must not keep it tripped, nor trip it for others.
    if (walk.violation?.type === 'kill_switch') return;
    const now = walk.house.clock.monotonic();
    for (const rule of walk.policy.tripRules) if (isAbout(rule, walk)) this.#count(rule, walk, now);
  }

  #count(rule: TripRule, walk: Walk, now: number): void {
    const scopes = scopesOf(rule.scope, walk);
    if (rule.onBudget && isBudgetGone(walk)) {
      this.#trip(rule, walk.policy.name, scopes, 'a budget is used up');
      return;
    }
    if (rule.maxViolations === undefined || !counts(rule, walk)) return;
    const name = `${walk.policy.name}\0${rule.id}\0`;
    // Fail closed: invented names find no room of their own, and break the rule together with whom they belong to.
    const first = scopes.findIndex((scope) => scope.of === 'all' || this.#hasRoom(scope.of, name + scopeKey(scope), now));
    const scope = scopes[first];
    if (scope === undefined) return;
    const windows = this.#windowsOf(scope.of);
    const key = name + scopeKey(scope);
    const window = windows.get(key) ?? new ViolationWindow(rule.windowMs, rule.maxViolations);
    windows.set(key, window);
    const count = window.add(now);
    if (count < rule.maxViolations) return;
    windows.delete(key);
    this.#trip(rule, walk.policy.name, scopes.slice(first), `${String(count)} blocked calls in ${String(rule.windowMs / 1_000)} s`);
  }

  #windowsOf(kind: TripScope['of']): Map<string, ViolationWindow> {
    const windows = this.#windows.get(kind) ?? new Map<string, ViolationWindow>();
    this.#windows.set(kind, windows);
    return windows;
  }

  #hasRoom(kind: TripScope['of'], key: string, now: number): boolean {
    const windows = this.#windowsOf(kind);
    if (windows.size < mostWindows || windows.has(key)) return true;
    for (const [old, window] of windows) if (window.isEmpty(now)) windows.delete(old);
    return windows.size < mostWindows;
  }

  /** For the first of the scopes that there is room for. */
  #trip(rule: TripRule, policyName: string, scopes: readonly TripScope[], reason: string): void {
    const { recoverAfterMs, trialCalls } = rule;
    const by = nameOf(rule, policyName);
    const scope = scopes.find((one) => one.of === 'all' || this.killSwitch.isStopped(one) || this.#ruleTrips(one.of) < mostRuleTrips);
    if (scope === undefined || this.killSwitch.isHeldBy(scope, by, recoverAfterMs !== undefined)) return;
    this.killSwitch.trip(reason, { scope, by, recoverAfterMs, trialCalls });
  }

  #ruleTrips(kind: TripScope['of']): number {
    return this.killSwitch.trips.filter(({ scope, by }) => scope.of === kind && by.startsWith(prefix)).length;
  }
}

const prefix = 'rule:';

/** Rules of two policies may have one name, or none: what one of them tripped says nothing of the other. */
function nameOf({ id }: TripRule, policyName: string): string {
  const full = `${prefix}${id} of ${policyName}`;
  if (cleanBy(full) === full) return full;
  // Names of policies may be longer than what is kept, or differ in what nobody sees.
  return `${prefix}${id} of ${createHash('sha256').update(policyName).digest('hex').slice(0, 32)}`;
}

function isAbout({ tools }: TripRule, { tool }: Walk): boolean {
  return tools === undefined || tools.matches(tool).length > 0;
}

/** A call that asks for more than there is leaves the budget as it was: one call could stop all others. */
function isBudgetGone({ outcome }: Walk): boolean {
  const error = outcome !== undefined && 'error' in outcome ? outcome.error : undefined;
  return error instanceof CostLimitError && error.spentUsd >= error.budgetUsd;
}

/** A rule that names violations counts them also where the tool swallowed them; any other one counts blocked calls. */
function counts({ violations }: TripRule, { outcome, violations: found }: Walk): boolean {
  if (violations === undefined) return outcome?.kind === 'blocked';
  return found.some(({ type, action = 'block' }) => action === 'block' && violations.has(type));
}
