import { CostLimitError } from '../../errors.js';
import type { TripRule } from '../../policy/limits/limit-rules.js';
import type { Walk } from '../../pipeline/walk.js';
import type { KillSwitch } from './kill-switch.js';
import { scopeKey } from './switch-event.js';
import type { TripScope } from './trip.js';
import type { Tripwire } from './tripwire.js';
import { ViolationWindow } from './violation-window.js';

/** Names that are counted apart at the same time; those beyond are counted together. */
const mostWindows = 4_096;

const all: TripScope = Object.freeze({ of: 'all' });

/** Trips the switch when blocked calls break one of their policy's rules for it. */
export class RuleTripwire implements Tripwire {
  readonly killSwitch: KillSwitch;
  readonly #windows = new Map<string, ViolationWindow>();

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
    const scope = scopeOf(rule, walk);
    if (rule.onBudget && isOverBudget(walk)) {
      this.#trip(rule, scope, 'a budget refused a call');
      return;
    }
    if (rule.maxViolations === undefined || !counts(rule, walk)) return;
    const name = `${walk.policy.name}\0${rule.id}`;
    const own = `${name}\0${scopeKey(scope)}`;
    const hasRoom = this.#windows.has(own) || this.#makeRoom(now);
    // Fail closed: invented names find no room of their own, and break the rule together.
    const key = hasRoom ? own : name;
    const window = this.#windows.get(key) ?? new ViolationWindow(rule.windowMs, rule.maxViolations);
    this.#windows.set(key, window);
    const count = window.add(now);
    if (count < rule.maxViolations) return;
    this.#windows.delete(key);
    this.#trip(rule, hasRoom ? scope : all, `${String(count)} blocked calls in ${String(rule.windowMs / 1_000)} s`);
  }

  #makeRoom(now: number): boolean {
    if (this.#windows.size < mostWindows) return true;
    for (const [key, window] of this.#windows) if (window.isEmpty(now)) this.#windows.delete(key);
    return this.#windows.size < mostWindows;
  }

  #trip({ name, recoverAfterMs, trialCalls }: TripRule, scope: TripScope, reason: string): void {
    const by = `rule:${name}`;
    if (this.killSwitch.isHeldBy(scope, by)) return;
    this.killSwitch.trip(reason, { scope, by, recoverAfterMs, trialCalls });
  }
}

function isAbout({ tools }: TripRule, { tool }: Walk): boolean {
  return tools === undefined || tools.matches(tool).length > 0;
}

function isOverBudget({ outcome }: Walk): boolean {
  return outcome !== undefined && 'error' in outcome && outcome.error instanceof CostLimitError;
}

function counts({ violations }: TripRule, walk: Walk): boolean {
  if (violations === undefined) return true;
  return walk.violations.some(({ type, action = 'block' }) => action === 'block' && violations.has(type));
}

/** A call that has no such name stops all: whom else it could stop is not known. */
function scopeOf({ scope }: TripRule, { tool, who }: Walk): TripScope {
  switch (scope) {
    case 'all':
      return all;
    case 'tool':
      return { of: scope, name: tool };
    case 'agent':
    case 'tenant':
    case 'session': {
      const name = who[scope];
      return name === undefined || name === '' ? all : { of: scope, name };
    }
  }
}
