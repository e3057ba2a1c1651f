/**
 * Rewrites a text after the redactor has, for what cannot be told as spans. It gets one line at a time; what it throws
 * blocks the call.
 */
export interface RedactorPlugin {
  readonly name: string;
  /** What it hides; its count stands under the first of them. */
  readonly categories: readonly string[];
  redact(line: string): { readonly text: string; readonly count: number };
}
