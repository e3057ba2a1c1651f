import type { Policy } from '@enforcecore/core';
import type { Keys } from '../policy-lint/document.js';

/** `different` may be either: a changed expression cannot be weighed. */
export type Effect = 'looser' | 'tighter' | 'different';

/** One thing that a policy says and the other does not, or says otherwise. */
export interface Change {
  readonly effect: Effect;
  /** Where in the document: `rules.network.allowed_domains`. */
  readonly path: string;
  readonly what: string;
  /** `file:line:column` in the old policy, or where it would stand; `null` where a document has no lines. */
  readonly before: string | null;
  readonly after: string | null;
}

/** `file:line:column` of a value, or of its nearest parent that is written. */
export function placeText(policy: Policy, keys: Keys): string | null {
  const { file, line, column } = policy.placeOf(keys.map(String));
  return line === 0 ? null : `${file}:${String(line)}:${String(column)}`;
}

const longest = 60;

/** A value of a policy, short. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  const text = JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
