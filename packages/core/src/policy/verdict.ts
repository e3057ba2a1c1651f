import type { ViolationType } from '../errors.js';

/** What a broken rule means for the call. */
export type Action = 'block' | 'redact' | 'log';

/** A rule that fired. */
export interface Violation {
  /** The rule's place in the document, such as `rules.denied_tools[2]`, or its name. */
  readonly rule: string;
  readonly type: ViolationType;
  readonly reason: string;
  /** Where in the arguments, for rules that look at them. */
  readonly path?: string;
  /** What the rule does about it, `block` by default; in monitor mode, what it would have done. */
  readonly action?: Action | 'would_block' | 'would_redact';
  /** Where the rule is written: `file:line:column`. */
  readonly at?: string;
}

/** A value of the arguments, or parts of a text, that must not reach the tool. */
export interface FieldRedaction {
  /** Steps from the list of arguments: `[0, 'customer', 'ssn']`. */
  readonly keys: readonly (string | number)[];
  /** What to write instead. */
  readonly placeholder: string;
  /** Parts of a text, as UTF-16 offsets; the whole value by default. */
  readonly spans?: readonly (readonly [start: number, end: number])[];
}

/** What an engine says of a call. A later version can also ask for an approval. */
export interface Verdict {
  readonly decision: 'allowed' | 'blocked';
  /** Every rule that fired, in the order of the document; with `log` and `redact` also on an allowed call. */
  readonly violations: readonly Violation[];
  /** What lets the call happen, where nothing speaks against it: an entry of a list, or the default. */
  readonly basis?: { readonly rule: string; readonly reason: string };
  /** What to hide from the tool. */
  readonly redactions?: readonly FieldRedaction[];
}

/** What was done before in the session that a call belongs to. Immutable; the shipped engine does not read it yet. */
export interface SessionState {
  readonly id: string | undefined;
}

/** What a decision depends on besides the call and the policy. */
export interface DecisionState {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The setting of that name: `production`, `staging`… */
  readonly environment: string | undefined;
  /** Environment variables as they were when the container was made. */
  readonly env: Readonly<Record<string, string>>;
  readonly session: SessionState;
}
