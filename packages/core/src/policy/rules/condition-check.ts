import type { Call } from '../../call.js';
import type { Condition } from '../conditions/condition.js';
import type { DecisionState } from '../verdict.js';
import { isNameless, namedArguments } from './call-values.js';
import { brokenBy } from './argument-check.js';
import type { CallCheck, Findings, RuleInfo } from './call-check.js';
import { factsOf } from './facts.js';

/** A condition that must hold, or must not. */
export class ConditionCheck implements CallCheck {
  readonly #rule: RuleInfo;
  readonly #condition: Condition;
  readonly #wanted: boolean;
  readonly #reason: string | undefined;

  /** @param reason what the author says of it, for whoever reads the refusal. */
  constructor(rule: RuleInfo, condition: Condition, wanted: boolean, reason?: string) {
    this.#rule = rule;
    this.#condition = condition;
    this.#wanted = wanted;
    this.#reason = reason;
  }

  run(call: Call, state: DecisionState, findings: Findings): void {
    const broken = brokenBy(this.#condition, this.#wanted, () => this.#condition.holds(factsOf(call, state)));
    if (broken === undefined) return;
    findings.add(this.#rule, 'condition_violation', this.#reason === undefined ? broken : `${this.#reason}: ${broken}`);
  }
}

/** Where the policy lets calls happen at all: one of the values, for each name that it lists. */
export class ContextCheck implements CallCheck {
  readonly #rule: RuleInfo;
  readonly #name: string;
  readonly #values: ReadonlySet<string>;

  constructor(rule: RuleInfo, name: string, values: readonly string[]) {
    this.#rule = rule;
    this.#name = name;
    this.#values = new Set(values);
  }

  run(call: Call, state: DecisionState, findings: Findings): void {
    const value = this.#valueOf(call, state);
    if (value !== undefined && this.#values.has(value)) return;
    const got = value === undefined ? `the call has no ${this.#name}` : `its ${this.#name} is none of them`;
    findings.add(this.#rule, 'condition_violation', `the policy is for calls whose ${this.#name} is ${[...this.#values].join(' or ')}, and ${got}`);
  }

  #valueOf(call: Call, state: DecisionState): string | undefined {
    switch (this.#name) {
      case 'environment':
        return state.environment;
      case 'tenant':
      case 'agent':
      case 'session':
        return call[this.#name];
      default:
        return Object.hasOwn(call.labels, this.#name) ? call.labels[this.#name] : undefined;
    }
  }
}

/** Rules that name arguments must not be passed by a call that gives none names. */
export class NamelessCheck implements CallCheck {
  readonly #rule: RuleInfo;

  constructor(rule: RuleInfo) {
    this.#rule = rule;
  }

  run(call: Call, _state: DecisionState, findings: Findings): void {
    if (!isNameless(call)) return;
    const reason = 'the rules name arguments, and the call passes them without names; name them with @Enforce({ params }), or pass one object';
    findings.add(this.#rule, 'argument_violation', reason);
  }
}

/** With `extra_args: deny`, every argument must be one that a rule names. */
export class ExtraArgumentsCheck implements CallCheck {
  readonly #rule: RuleInfo;
  readonly #known: ReadonlySet<string>;

  constructor(rule: RuleInfo, known: ReadonlySet<string>) {
    this.#rule = rule;
    this.#known = known;
  }

  run(call: Call, _state: DecisionState, findings: Findings): void {
    const extra = [...namedArguments(call)].filter(([name]) => !this.#known.has(name)).length;
    if (extra === 0) return;
    const what = extra === 1 ? '1 argument that' : `${String(extra)} arguments that`;
    findings.add(this.#rule, 'argument_violation', `the call has ${what} no rule names`);
  }
}
