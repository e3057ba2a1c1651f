import type { Policy } from '../../policy/policy.js';
import { LimitTerms } from './limit-terms.js';

/** Names come from models: a bound keeps a stream of invented ones from filling the memory. */
const maxTools = 4_096;

/** What policies ask for their tools, worked out once for each. */
export class TermsBook {
  readonly #byPolicy = new WeakMap<Policy, Map<string, LimitTerms>>();
  /** The policy asked for last, which is most often the next one too: one look-up less. */
  #policy: Policy | undefined;
  #tools = new Map<string, LimitTerms>();

  find(policy: Policy, tool: string, budgetMicros: number | undefined): LimitTerms {
    const tools = this.#toolsOf(policy);
    const known = tools.get(tool);
    return known?.budgetMicros === budgetMicros && known !== undefined ? known : this.#add(tools, policy, tool, budgetMicros);
  }

  /** Where the budget of the container does not matter. */
  findAny(policy: Policy, tool: string): LimitTerms {
    const tools = this.#toolsOf(policy);
    return tools.get(tool) ?? this.#add(tools, policy, tool, undefined);
  }

  #toolsOf(policy: Policy): Map<string, LimitTerms> {
    if (policy === this.#policy) return this.#tools;
    let tools = this.#byPolicy.get(policy);
    if (tools === undefined) {
      tools = new Map();
      this.#byPolicy.set(policy, tools);
    }
    this.#policy = policy;
    this.#tools = tools;
    return tools;
  }

  #add(tools: Map<string, LimitTerms>, policy: Policy, tool: string, budgetMicros: number | undefined): LimitTerms {
    if (tools.size >= maxTools) tools.clear();
    const terms = new LimitTerms(policy, tool, budgetMicros);
    tools.set(tool, terms);
    return terms;
  }
}
