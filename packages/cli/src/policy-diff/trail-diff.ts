import { makeCall, type Call, type Policy } from '@enforcecore/core';
import { entries, given, items, member, rulesIn } from '../policy-lint/document.js';
import { verdictOf } from './compare-tools.js';

/** What a trail keeps of who called what. */
export interface RecordedCall {
  readonly tool: string;
  readonly agent: string | undefined;
  readonly tenant: string | undefined;
  readonly session: string | undefined;
}

/** Calls of one tool that the policies decide otherwise. */
export interface CallGroup {
  readonly tool: string;
  readonly becomes: 'blocked' | 'allowed';
  readonly calls: number;
  /** Why the policy that blocks them does; of several reasons, the first that came up. */
  readonly reason: string;
}

export interface TrailDiff {
  readonly calls: number;
  readonly becomeBlocked: number;
  readonly becomeAllowed: number;
  /** Calls that pass all that the trail can tell, by rules on arguments that are not the same: the trail holds no arguments. */
  readonly undecidable: number;
  /** Most calls first. */
  readonly groups: readonly CallGroup[];
}

interface Outcome {
  readonly becomes: 'blocked' | 'allowed' | undefined;
  readonly reason: string;
  readonly isOpen: boolean;
}

const maxRemembered = 50_000;

/** Decides recorded calls by two policies, on what a trail knows of them. */
export class TrailComparison {
  readonly #before: CallJudge;
  readonly #after: CallJudge;
  readonly #argumentsDiffer: boolean;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #groups = new Map<string, { readonly tool: string; readonly becomes: 'blocked' | 'allowed'; readonly reason: string; calls: number }>();
  #calls = 0;
  #undecidable = 0;

  /** @param argumentsDiffer whether the policies have other rules on arguments, or act on them otherwise. */
  constructor(before: Policy, after: Policy, argumentsDiffer: boolean) {
    this.#before = new CallJudge(before);
    this.#after = new CallJudge(after);
    this.#argumentsDiffer = argumentsDiffer;
  }

  add(call: RecordedCall): void {
    const { becomes, reason, isOpen } = this.#outcomeOf(call);
    this.#calls += 1;
    if (becomes === undefined) {
      if (isOpen && this.#argumentsDiffer) this.#undecidable += 1;
      return;
    }
    const key = JSON.stringify([call.tool, becomes]);
    const group = this.#groups.get(key) ?? { tool: call.tool, becomes, reason, calls: 0 };
    group.calls += 1;
    this.#groups.set(key, group);
  }

  result(): TrailDiff {
    const groups = [...this.#groups.values()].sort((a, b) => b.calls - a.calls || (a.tool < b.tool ? -1 : 1));
    const sum = (becomes: string): number => groups.reduce((total, group) => total + (group.becomes === becomes ? group.calls : 0), 0);
    return { calls: this.#calls, becomeBlocked: sum('blocked'), becomeAllowed: sum('allowed'), undecidable: this.#undecidable, groups };
  }

  #outcomeOf(call: RecordedCall): Outcome {
    const key = JSON.stringify([call.tool, call.agent, call.tenant, call.session]);
    const known = this.#outcomes.get(key);
    if (known !== undefined) return known;
    const before = this.#before.refusal(call);
    const after = this.#after.refusal(call);
    const becomes = (before === undefined) === (after === undefined) ? undefined : after === undefined ? 'allowed' : 'blocked';
    const outcome: Outcome = { becomes, reason: after ?? before ?? '', isOpen: before === undefined && after === undefined };
    if (this.#outcomes.size >= maxRemembered) this.#outcomes.clear();
    this.#outcomes.set(key, outcome);
    return outcome;
  }
}

/** Refuses calls by what holds whatever the arguments are. */
class CallJudge {
  readonly #policy: Policy;
  readonly #decidable: ReadonlySet<string>;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#decidable = decidableRules(policy);
  }

  /** Why the call is refused, or nothing. */
  refusal({ tool, agent, tenant, session }: RecordedCall): string | undefined {
    const { standing, reason } = verdictOf(this.#policy, tool);
    if (standing === 'blocked') return reason;
    if (this.#policy.mode === 'monitor' || this.#decidable.size === 0) return undefined;
    const call = callOf(this.#policy, { tool, ...(agent === undefined ? {} : { agent }), ...(tenant === undefined ? {} : { tenant }), ...(session === undefined ? {} : { session }) });
    if (call === undefined) return 'not a call that could be made';
    const state = { nowMs: 0, environment: undefined, env: {}, session: { id: session } };
    const { violations } = this.#policy.rulesFor(tool).decide(call, state);
    return violations.find(({ rule, action }) => (action ?? 'block') === 'block' && this.#decidable.has(rule))?.reason;
  }
}

function callOf(policy: Policy, description: Parameters<typeof makeCall>[1]): Call | undefined {
  try {
    return makeCall(policy, description);
  } catch {
    // A trail may hold what the pipeline refuses; so does this.
    return undefined;
  }
}

const recorded = ['agent', 'tenant', 'session'];

/** The ids of rules that only look at what a trail records. */
function decidableRules(policy: Policy): ReadonlySet<string> {
  const rules = rulesIn(policy);
  const contexts = entries(member(rules, 'context')).flatMap(([name]) => (recorded.includes(name) ? [`rules.context.${name}`] : []));
  const conditions = items(member(rules, 'conditions')).flatMap((condition, i) => {
    const name = member(condition, 'name');
    return expressionIds(condition, `rules.conditions[${String(i)}]`, typeof name === 'string' ? `rules.conditions.${name}` : undefined);
  });
  const tools = entries(member(rules, 'tools')).flatMap(([tool, block]) => expressionIds(block, /^[A-Za-z_][\w-]{0,59}$/.test(tool) ? `rules.tools.${tool}` : `rules.tools[${JSON.stringify(tool)}]`));
  return new Set([...contexts, ...conditions, ...tools]);
}

/** The conditions of a block, if all of them only look at what a trail records. */
function expressionIds(block: unknown, path: string, id?: string): readonly string[] {
  const sources = ['when', 'unless'].flatMap((key) => {
    const source = given(block, key);
    return typeof source === 'string' ? [{ key, source }] : [];
  });
  if (sources.some(({ source }) => /\b(?:args|env|labels|time)\b/.test(source))) return [];
  return sources.map(({ key }) => id ?? `${path}.${key}`);
}
