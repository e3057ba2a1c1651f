import type { Call } from '../../call.js';
import type { ViolationType } from '../../errors.js';
import type { Action, DecisionState, FieldRedaction, Violation } from '../verdict.js';

/** A rule of the document, as it is known at run time. */
export interface RuleInfo {
  /** Its path in the document, or its name. */
  readonly id: string;
  readonly at: string | undefined;
  readonly action: Action;
}

/** One kind of rule over calls, compiled. INVARIANT: pure; what it throws blocks the call. */
export interface CallCheck {
  run(call: Call, state: DecisionState, findings: Findings): void;
  /** True for a check whose answer can change between the decision and the use: it is asked again right before the tool runs. */
  readonly again?: boolean;
}

/** A list that breaks a rule at every item is one fault and not a hundred thousand: so many are listed of each rule. */
const maxListed = 100;

/** What the checks of one call found. */
export class Findings {
  readonly #listed = new Map<string, number>();
  readonly violations: Violation[] = [];
  readonly redactions: FieldRedaction[] = [];
  #blocked = false;

  get blocked(): boolean {
    return this.#blocked;
  }

  /** `field` is what the action `redact` hides; without one the call is blocked instead. */
  add(rule: RuleInfo, type: ViolationType, reason: string, path?: string, field?: FieldRedaction): void {
    const action = rule.action === 'redact' && field === undefined ? 'block' : rule.action;
    this.#list({ rule: rule.id, type, reason, action, ...(path === undefined ? {} : { path }), ...(rule.at === undefined ? {} : { at: rule.at }) });
    if (action === 'block') this.#blocked = true;
    else if (action === 'redact' && field !== undefined) this.redactions.push(field);
  }

  #list(violation: Violation): void {
    const kind = `${violation.rule}\0${String(violation.action)}`;
    const listed = this.#listed.get(kind) ?? 0;
    if (listed >= maxListed) return;
    this.#listed.set(kind, listed + 1);
    this.violations.push(Object.freeze(violation));
  }
}
