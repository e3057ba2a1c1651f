/**
 * What is wrong with a text on its way into a sink, or nothing when it may pass.
 *
 * `reason` names only words of the policy, words of the standard and offsets, never parts of the text: it is written into
 * errors and the audit trail.
 */
export interface SinkFault {
  readonly reason: string;
  /** UTF-16 offset of the offending part, where the parser tells. */
  readonly offset?: number;
}

/** Looks at one text. Synchronous; a throw is taken as a refusal. */
export type SinkCheck = (text: string) => SinkFault | undefined;
