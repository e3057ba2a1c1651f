import type { Refusal } from '@enforcecore/core/tools';

/** What a model is told in place of a result: why, whether anything happened, and when to try again, in whole seconds; each once. */
export function refusalText({ message, mayHaveRun, retryAfterMs }: Pick<Refusal, 'message' | 'mayHaveRun' | 'retryAfterMs'>): string {
  const happened = mayHaveRun ? 'The tool may have run; its result is withheld.' : 'The tool did not run.';
  if (retryAfterMs === undefined) return `${message}. ${happened}`;
  // Errors say it to the millisecond.
  const reason = message.replace(/; try again in [\d.]+ ms$/, '');
  return `${reason}. ${happened} Try again in ${String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))} s.`;
}
