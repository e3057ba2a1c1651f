import type { ToolExecutionContext } from '@mastra/core/tools';
import type { Caller } from '@enforcecore/core';
import type { GateOptions } from '../shared/gate.js';

/** What Mastra hands to a tool, and to a hook before it. */
export type MastraContext = Partial<ToolExecutionContext>;

/** How Mastra's tools are enforced. */
export interface MastraOptions extends GateOptions {
  /** On whose behalf a call is made, besides agent, thread or run, and the request context's `tenant`. */
  readonly callerOf?: (context: MastraContext) => Caller;
}
