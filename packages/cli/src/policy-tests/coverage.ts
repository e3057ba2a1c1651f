import type { Policy } from '@enforcecore/core';
import { rulesOf, type PolicyRule } from './rule-list.js';
import type { CaseRun } from './run-case.js';

/** Which rules of a policy some case has set off. */
export class Coverage {
  readonly #rules: readonly PolicyRule[];
  readonly #byId = new Map<string, PolicyRule[]>();
  readonly #byPlace = new Map<string, PolicyRule[]>();
  readonly #exercised = new Set<PolicyRule>();

  constructor(policy: Policy) {
    this.#rules = rulesOf(policy);
    for (const rule of this.#rules) {
      addTo(this.#byId, rule.id, rule);
      if (rule.at !== undefined) addTo(this.#byPlace, rule.at, rule);
    }
  }

  add({ enforcement, basis }: CaseRun): void {
    for (const { rule, at } of enforcement.violations) this.#hit(rule, at);
    if (basis !== undefined) this.#hit(basis.rule, undefined);
  }

  get total(): number {
    return this.#rules.length;
  }

  get exercised(): number {
    return this.#exercised.size;
  }

  /** Rounded down, so that 100 means all; a policy without rules has nothing left to try. */
  get percent(): number {
    return this.total === 0 ? 100 : Math.floor((100 * this.exercised) / this.total);
  }

  get missing(): readonly PolicyRule[] {
    return this.#rules.filter((rule) => !this.#exercised.has(rule));
  }

  /** Names of rules can repeat, in several blocks and as parts of one; the place tells them apart. */
  #hit(id: string, at: string | undefined): void {
    const there = at === undefined ? [] : (this.#byPlace.get(at) ?? []);
    const hit = there.length > 1 ? there.filter((rule) => rule.id === id) : there.length === 1 ? there : (this.#byId.get(id) ?? []);
    for (const rule of hit) this.#exercised.add(rule);
  }
}

function addTo(map: Map<string, PolicyRule[]>, key: string, rule: PolicyRule): void {
  const rules = map.get(key) ?? [];
  rules.push(rule);
  map.set(key, rules);
}
