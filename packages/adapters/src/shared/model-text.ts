import type { Refusal } from '@enforcecore/core/tools';

/** A tool's result as text for a model: text as it is, everything else as JSON. Never throws; what cannot be written is named. */
export function asModelText(result: unknown): string {
  if (typeof result === 'string') return result;
  if (result === undefined) return '';
  try {
    // The declared type forgets what JSON leaves out, such as a function.
    const text = JSON.stringify(result, writable) as string | undefined;
    return text ?? `(${typeof result})`;
  } catch {
    // A cycle, a getter that throws: the model is told that there is something, and not what.
    return '(a result that cannot be written as text)';
  }
}

/** What JSON has no words for. */
function writable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value];
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return `(${String(value.byteLength)} bytes)`;
  return value;
}

/** What a model is told of a refused call: why, whether anything happened, and when to try again, in seconds. Holds no argument. */
export function refusalText({ message, mayHaveRun, retryAfterMs }: Refusal): string {
  const happened = mayHaveRun ? 'The tool may have run; its result is withheld.' : 'The tool did not run.';
  if (retryAfterMs === undefined) return `${message}. ${happened}`;
  // Said once: errors say it to the millisecond.
  const reason = message.replace(/; try again in [\d.]+ ms$/, '');
  return `${reason}. ${happened} Try again in ${String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))} s.`;
}
