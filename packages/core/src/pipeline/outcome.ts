/**
 * How a call ended. `timeout_killed`: the tool was stopped. `timeout_unknown`: the caller stopped waiting, and the tool
 * may still be running.
 */
export type Outcome =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'tool_error'; readonly error: unknown }
  | {
      readonly kind: 'blocked' | 'timeout_killed' | 'timeout_unknown' | 'cancelled' | 'enforcement_error';
      readonly error: unknown;
    };

export type OutcomeKind = Outcome['kind'];

const failures: ReadonlySet<unknown> = new Set<OutcomeKind>([
  'tool_error',
  'blocked',
  'timeout_killed',
  'timeout_unknown',
  'cancelled',
  'enforcement_error',
]);

/** A replaced executor is code like any other: what it says is looked at before it is believed. */
export function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return false;
  const { kind } = value as { kind?: unknown };
  return kind === 'ok' ? 'value' in value : failures.has(kind) && 'error' in value;
}
