import type { Caller } from '../call.js';
import type { JsonSchema } from './tool-input.js';

/** What a client may believe of a tool before it calls it. Hints of the tool's author, as in MCP's `ToolAnnotations`. */
export interface ToolHints {
  readonly title?: string | undefined;
  /** True: changes nothing. */
  readonly readOnly?: boolean | undefined;
  /** True: may destroy. */
  readonly destructive?: boolean | undefined;
  /** True: twice is as once. */
  readonly idempotent?: boolean | undefined;
  /** True: reaches out to a world that is not ours. */
  readonly openWorld?: boolean | undefined;
}

/** A tool as a framework needs it: what the model is told of it, and the one way to call it, which is enforced. */
export interface EnforcedTool {
  /** Canonical: as policies and the trail name it. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema (draft 2020-12) of the arguments, always of `type: object`. Frozen. */
  readonly inputSchema: JsonSchema;
  readonly hints: ToolHints;
  /** True: `call` resolves to an async iterable, cleaned as it passes. */
  readonly streams: boolean;
  /**
   * Makes the call: arguments transformed and checked against the tool's input, then every room of the pipeline.
   *
   * @throws ToolInputError for arguments that do not fit; EnforceCoreError for what enforcement refuses; else what the tool threw.
   */
  call(input: unknown, caller?: Caller): Promise<unknown>;
}
