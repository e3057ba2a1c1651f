/** One name found in a text: offsets are UTF-16 units, `end` is exclusive, `score` goes from 0 to 1. */
export interface RecognizedEntity {
  readonly category: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** What is asked of a recogniser. */
export interface RecognizeOptions {
  /** Categories wanted; others may be answered and are ignored. */
  readonly categories: readonly string[];
  /** Least score, 0 to 1. */
  readonly threshold: number;
  /** ISO 639-1, for example `en`. */
  readonly language: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds names of people, places and organisations, which no pattern can. It adds to the other detectors and never
 * replaces them. It sees one line of text at a time, so that a stream can be recognised as it arrives.
 */
export interface EntityRecognizer {
  readonly name: string;
  /** Categories it can find. */
  readonly categories: readonly string[];
  /** True when it answers with promises: then texts are redacted by `redactAsync`, and synchronous tools are refused. */
  readonly asynchronous?: boolean | undefined;
  recognize(text: string, options: RecognizeOptions): readonly RecognizedEntity[] | Promise<readonly RecognizedEntity[]>;
}
