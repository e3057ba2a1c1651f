import type { Recognized, TextRedaction } from '@enforcecore/redact';
import { token } from '../container/token.js';
import type { PiiRules } from '../policy/policy.js';

/** Takes streamed text and gives what may be let out of it. */
export interface TextPipe {
  push(chunk: string): string | Promise<string>;
  flush(): string | Promise<string>;
  /** Findings so far by category. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Hides what a policy's `pii_redaction` names, in one piece of text. Deep values are taken apart by the redact room,
 * which asks for every string and key in them.
 */
export interface Redactor {
  /**
   * @param name of the property that holds the text: `password` says more about a value than the value does
   * @param known what `recognize` has answered
   */
  redact(text: string, rules: PiiRules, name?: string, known?: Recognized): TextRedaction;
  /** Asks for names that have to be waited for; undefined where there is nothing to wait for. */
  recognize?(rules: PiiRules): ((texts: readonly string[], signal?: AbortSignal) => Promise<Recognized>) | undefined;
  /** For results that arrive in pieces; a redactor without it gets streamed text in one piece, at the end. */
  stream?(rules: PiiRules): TextPipe;
}

export const Redactor = token<Redactor>('Redactor');
