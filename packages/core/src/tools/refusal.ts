import { EnforceCoreError, RateLimitError, type ErrorCode } from '../errors.js';
import { toolRan } from '../pipeline/tool-ran.js';

/** What a model may be told of a call that enforcement ended. Holds no argument and no result. */
export interface Refusal {
  readonly code: ErrorCode;
  /** One sentence for the model; safe to log. */
  readonly message: string;
  /** Milliseconds after which the same call may succeed, where that is known. */
  readonly retryAfterMs?: number | undefined;
  /** Whether the tool may have run: its result was withheld, or it was ended on the way. */
  readonly mayHaveRun: boolean;
}

/** Reads an error as a refusal; `undefined` for what a tool threw itself. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!EnforceCoreError.is(error)) return undefined;
  return {
    code: error.code,
    message: error.message,
    retryAfterMs: error instanceof RateLimitError ? error.retryAfterMs : undefined,
    mayHaveRun: toolRan(error) ?? !before.has(error.code),
  };
}

/** For errors that ended no call here, such as those of another process: codes that can only come before the tool. */
const before: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'POLICY_LOAD', 'POLICY_INVALID', 'POLICY_EVALUATION', 'TOOL_DENIED', 'TOOL_NOT_ALLOWED', 'ARGUMENT_VIOLATION', 'CONDITION_VIOLATION',
  'RATE_LIMIT', 'COST_LIMIT', 'CONCURRENCY_LIMIT', 'LIMIT_STORE', 'VETOED', 'HOOK', 'TOOL_NAME', 'INPUT_TOO_LARGE', 'INPUT_INVALID', 'TOOL_INPUT',
  'DEPTH', 'NOT_ENFORCED', 'SETTINGS',
]);

/** What a model is told in place of a result: why, whether anything happened, and when to try again, in whole seconds; each once. */
export function refusalText({ message, mayHaveRun, retryAfterMs }: Pick<Refusal, 'message' | 'mayHaveRun' | 'retryAfterMs'>): string {
  const happened = mayHaveRun ? 'The tool may have run; its result is withheld.' : 'The tool did not run.';
  if (retryAfterMs === undefined) return `${message}. ${happened}`;
  // Errors say it to the millisecond.
  const reason = message.replace(/; try again in [\d.]+ ms$/, '');
  return `${reason}. ${happened} Try again in ${String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))} s.`;
}
