/** A text that is changed as it arrives. */
export interface TextStream {
  /** Takes a piece and answers what can be let go, sometimes nothing. */
  push(piece: string): string;
  /** Answers the rest. */
  flush(): string;
  /** What was changed, by category. */
  readonly counts: Readonly<Record<string, number>>;
}
