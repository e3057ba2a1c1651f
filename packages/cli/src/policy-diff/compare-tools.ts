import type { Policy } from '@enforcecore/core';
import { member, rulesIn, texts } from '../policy-lint/document.js';
import { mostAlike } from '../policy-lint/pattern-set.js';
import { placeText, type Effect } from './change.js';
import { subjectsOf } from './tool-subjects.js';

/** What the lists come to: `logged` is blocked by them and goes on all the same. */
export type Standing = 'allowed' | 'logged' | 'blocked';

export interface ToolVerdictText {
  readonly standing: Standing;
  readonly reason: string;
  readonly rule: string;
  readonly at: string | null;
}

/** A tool, or a pattern of tools, that the lists treat otherwise than before. */
export interface ToolChange {
  readonly tool: string;
  readonly effect: Effect;
  readonly before: ToolVerdictText;
  readonly after: ToolVerdictText;
}

const order: readonly Standing[] = ['blocked', 'logged', 'allowed'];

const maxComparisons = 20_000_000;

/** Whether the lists can be asked about every tool that they name; with thousands of patterns of one shape that takes minutes. */
export function areComparable(before: Policy, after: Policy): boolean {
  const lists = [before, after].flatMap((policy) => ['allowed_tools', 'denied_tools'].map((key) => texts(member(rulesIn(policy), key))));
  const alike = lists.reduce((sum, list) => sum + mostAlike(list), 0);
  return alike * lists.reduce((sum, list) => sum + list.length, 1) <= maxComparisons;
}

/** The tools whose verdict by the lists changes. */
export function compareTools(before: Policy, after: Policy): readonly ToolChange[] {
  const alone = new Map<string, string>();
  return subjectsOf(before, after).flatMap((subject): ToolChange[] => {
    const was = verdictOf(before, subject.sample);
    const is = verdictOf(after, subject.sample);
    const change = `${was.standing} ${is.standing}`;
    const [one = '', other] = subject.patterns;
    if (other === undefined) alone.set(one === '' ? subject.label : one, change);
    // What two patterns share is told only where neither of them tells it.
    else if (alone.get(one) === change || alone.get(other) === change) return [];
    if (was.standing === is.standing) return [];
    return [{ tool: subject.label, effect: order.indexOf(is.standing) > order.indexOf(was.standing) ? 'looser' : 'tighter', before: was, after: is }];
  });
}

export function verdictOf(policy: Policy, tool: string): ToolVerdictText {
  const { allowed, rule, reason } = policy.judgeTool(tool);
  // What is no name at all is refused whatever the policy says.
  const goesOn = (policy.onViolation === 'log' && rule !== 'tool_name') || policy.mode === 'monitor';
  return { standing: allowed ? 'allowed' : goesOn ? 'logged' : 'blocked', reason, rule, at: placeText(policy, keysOf(rule)) };
}

/** `rules.denied_tools[2]` as the way to it. */
function keysOf(rule: string): readonly (string | number)[] {
  const match = /^rules\.(allowed_tools|denied_tools)(?:\[(\d+)\])?$/.exec(rule);
  return match === null ? ['rules'] : ['rules', match[1] ?? '', ...(match[2] === undefined ? [] : [Number(match[2])])];
}
