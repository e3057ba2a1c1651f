import type { ServerContext } from '@modelcontextprotocol/server';
import type { Caller } from '@enforcecore/core';
import type { GateOptions } from '../shared/gate.js';

/** What an enforced MCP server is told besides its policy. */
export interface McpOptions extends GateOptions {
  /** Which tools `tools/list` shows: those whose name the policy lets pass (the default), or all. */
  readonly listed?: 'allowed' | 'all';
  /** On whose behalf a request is made, where the session, the token's client and its `tenant` do not say it. */
  readonly callerOf?: (context: ServerContext) => Caller;
}
