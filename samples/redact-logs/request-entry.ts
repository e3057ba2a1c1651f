import { redactValue, type Redactor } from '@enforcecore/redact';

// #region entry
/** What one request leaves in the log. */
export interface RequestEntry {
  readonly method: string;
  readonly path: string;
  /** Decoded: in a URL the same address is written in other characters, and would get another pseudonym. */
  readonly query: Readonly<Record<string, string>>;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** One line of JSON. Names count: what stands under `password` is hidden whatever it looks like. */
export function entryLine(entry: RequestEntry, redactor: Redactor): string {
  return JSON.stringify(redactValue(entry, (text, name) => redactor.redact(text, name)).value);
}
// #endregion entry

export function partsOf(url: string): Pick<RequestEntry, 'path' | 'query'> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  return { path: pathname, query: Object.fromEntries(searchParams) };
}
