import { readToolName } from './tool-name.js';
import { ToolList, type ToolMatch } from './tool-list.js';

export interface ToolVerdict {
  readonly allowed: boolean;
  readonly violationType?: 'tool_denied' | 'tool_not_allowed';
  /** The rule that decided, such as `rules.denied_tools[2]`, `rules.allowed_tools`, `default`, or `tool_name` for no name at all. */
  readonly rule: string;
  readonly reason: string;
  /** Where the rule stands in the document. */
  readonly keys?: readonly (string | number)[];
}

/** A verdict, and every rule that spoke against the call: the verdict is the first of them. */
export interface Judgement {
  readonly verdict: ToolVerdict;
  readonly against: readonly ToolVerdict[];
}

/** Decides by the tool lists of one policy; denial wins, and what is not allowed by a list that exists is not allowed. */
export class ToolVerdicts {
  readonly #denied: ToolList;
  readonly #allowed: ToolList | undefined;

  constructor(denied: readonly string[], allowed: readonly string[] | undefined) {
    this.#denied = new ToolList(denied, { lookAlikes: true });
    this.#allowed = allowed === undefined ? undefined : new ToolList(allowed);
  }

  judge(tool: unknown): Judgement {
    // A name that was not made canonical by the caller would slip past the lists, so it is made so here.
    const { canonical, fault } = readToolName(tool);
    if (fault !== undefined) return blocked([refusal('tool_not_allowed', 'tool_name', `not a valid tool name: ${fault}`)]);
    const against = this.#denied.matches(canonical).map(denial);
    const allowedBy = this.#allowed?.matches(canonical)[0];
    if (this.#allowed !== undefined && allowedBy === undefined) against.push(notListed(this.#allowed.size));
    return against.length > 0 ? blocked(against) : allowed(allowedBy);
  }
}

function blocked(against: readonly ToolVerdict[]): Judgement {
  const [verdict] = against;
  if (verdict === undefined) throw new RangeError('a blocked judgement needs a rule');
  return Object.freeze({ verdict, against: Object.freeze(against) });
}

function allowed(match: ToolMatch | undefined): Judgement {
  const verdict = Object.freeze(
    match === undefined
      ? { allowed: true, rule: 'default', reason: 'allowed by default: the policy has no rules.allowed_tools' }
      : { allowed: true, rule: `rules.allowed_tools[${String(match.index)}]`, reason: `allowed by "${match.pattern}"` },
  );
  return Object.freeze({ verdict, against: Object.freeze([]) });
}

function denial({ index, pattern, lookAlike }: ToolMatch): ToolVerdict {
  const rule = `rules.denied_tools[${String(index)}]`;
  const reason = lookAlike ? `it looks like "${pattern}", which ${rule} denies` : `denied by ${rule} ("${pattern}")`;
  return refusal('tool_denied', rule, reason, ['rules', 'denied_tools', index]);
}

function notListed(size: number): ToolVerdict {
  const reason = size === 0 ? 'rules.allowed_tools is empty, so no tool is allowed' : 'no entry of rules.allowed_tools allows it';
  return refusal('tool_not_allowed', 'rules.allowed_tools', reason, ['rules', 'allowed_tools']);
}

function refusal(violationType: 'tool_denied' | 'tool_not_allowed', rule: string, reason: string, keys?: readonly (string | number)[]): ToolVerdict {
  return Object.freeze({ allowed: false, violationType, rule, reason, ...(keys === undefined ? {} : { keys }) });
}
