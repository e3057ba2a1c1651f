/**
 * How a call ended. `timeout_killed`: the tool was stopped. `timeout_unknown`: the caller stopped waiting, and the tool
 * may still be running.
 */
export type Outcome =
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'tool_error'; readonly error: unknown }
  | {
      readonly kind:
        | 'blocked'
        | 'timeout_killed'
        | 'timeout_unknown'
        | 'cancelled'
        | 'enforcement_error';
      readonly error: unknown;
    };

export type OutcomeKind = Outcome['kind'];
