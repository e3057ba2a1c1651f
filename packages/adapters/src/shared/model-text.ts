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
