/** A JSON Schema, draft 2020-12, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One thing that is wrong with a tool's arguments. Names keys and what was expected, never a value that was given. */
export interface ToolInputIssue {
  /** `to[0].address`; empty for the arguments as a whole. */
  readonly path: string;
  /** What is expected there, for a model to act on: `must be an email`. */
  readonly expected: string;
}

/** What a tool takes: a schema for the model, and a reader that transforms and checks what the model sends. */
export interface ToolInput {
  readonly schema: JsonSchema;
  /**
   * What the tool gets, or a promise of it where a check takes time: then a synchronous call is refused.
   *
   * @param given a frozen copy, never the caller's own object
   * @throws ToolInputError
   */
  read(given: unknown): unknown;
}
