import type { Decision } from '@enforcecore/core';
import type { Place } from './case-node.js';

/** What a case says that a call comes to. What is left out may be anything. */
export interface Expectation {
  readonly decision: Decision;
  /** The id of a rule that fired, or of a block around it; for a call that passes, also of what let it pass. */
  readonly rule?: string;
  readonly type?: string;
  /** Part of the reason. */
  readonly reason?: string;
  /** Where in the arguments. */
  readonly path?: string;
  /** The arguments as the tool gets them. */
  readonly args?: readonly unknown[];
  readonly result?: { readonly kind: 'withheld' } | { readonly kind: 'value'; readonly value: unknown };
}

/** One call, and what a policy is expected to do with it. */
export interface PolicyCase {
  readonly name: string;
  readonly place: Place;
  readonly tool: string;
  readonly args: readonly unknown[];
  readonly agent?: string;
  readonly tenant?: string;
  readonly session?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly environment?: string;
  /** Milliseconds since 1970. */
  readonly timeMs?: number;
  /** What the tool returns, if it is called. */
  readonly result?: unknown;
  readonly expect: Expectation;
}

export interface CaseFile {
  readonly file: string;
  /** The policy that the file names, as a path from the working directory. */
  readonly policy: string | undefined;
  readonly cases: readonly PolicyCase[];
}
