import type { StreamRedactor, TextRedaction } from '@enforcecore/redact';
import { token } from '../container/token.js';
import type { PiiRules } from '../policy/policy.js';

/**
 * Hides what a policy's `pii_redaction` names, in one piece of text. Deep values are taken apart by the redact room,
 * which asks for every string and key in them.
 *
 * `stream` is for results that arrive in pieces; a redactor without it gets streamed text in one piece, at the end.
 */
export interface Redactor {
  /** @param name of the property that holds the text: `password` says more about a value than the value does. */
  redact(text: string, rules: PiiRules, name?: string): TextRedaction;
  stream?(rules: PiiRules): Pick<StreamRedactor, 'push' | 'flush' | 'counts'>;
}

export const Redactor = token<Redactor>('Redactor');
