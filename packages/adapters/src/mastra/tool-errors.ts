import { EnforceCoreError } from '@enforcecore/core';
import { refusalOf, refusalText } from '@enforcecore/core/tools';
import type { TextCleaner } from '../shared/text-cleaner.js';

/**
 * What is thrown at Mastra, which shows its message to the model: a refusal in words that a model can act on, with the code
 * as it was and the original as its cause; a tool's own error with its message cleaned.
 */
export async function shownError(error: unknown, cleaner: TextCleaner): Promise<unknown> {
  const refusal = refusalOf(error);
  if (refusal !== undefined) return new EnforceCoreError(refusal.code, refusalText(refusal), { cause: error });
  try {
    const message = error instanceof Error ? error.message : String(error);
    const cleaned = await cleaner.clean(message);
    // Without the cause and the stack, which hold the message as it was.
    return cleaned === message ? error : new Error(cleaned);
  } catch {
    // It cannot be read or cleaned, so nobody knows what it would tell.
    return new Error('the tool failed, and what it says is withheld, since it could not be redacted');
  }
}
