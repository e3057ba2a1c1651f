/** Finds one category in a text. It sees one line at a time, so that a stream can be searched as it arrives. */
export interface Detector {
  /** Lower-case name, for example `employee_id`; it may be one of ours. */
  readonly category: string;
  /** `pii` unless said otherwise; what is a `secret` wins against PII of the same length. */
  readonly kind?: 'pii' | 'secret' | undefined;
  /** What the placeholder strategy writes; `<CATEGORY>` unless said otherwise. */
  readonly placeholder?: string | undefined;
  /** What the mask strategy writes; eight stars unless said otherwise. */
  readonly mask?: string | undefined;
  /** Offsets are UTF-16 units, `end` is exclusive. What it throws blocks the call. */
  detect(line: string): Iterable<{ readonly start: number; readonly end: number }>;
}
