import type { ServerContext } from '@modelcontextprotocol/server';
import type { Caller } from '@enforcecore/core';
import type { GateOptions } from '../shared/gate.js';

/** What an enforced MCP server is told besides its policy. */
export interface McpOptions extends GateOptions {
  /** Which tools `tools/list` shows: those whose name the policy lets pass (the default), or all. */
  readonly listed?: 'allowed' | 'all';
  /** On whose behalf a request is made; what it leaves out comes from the token and the transport, then from `caller`. A call for which it throws is refused, with an entry. */
  readonly callerOf?: (context: ServerContext) => Caller;
}

export interface EnforceServerOptions extends McpOptions {
  /**
   * Whose the handler of `tools/call` is that the server has already: `sdk`, McpServer's own, or `own`, the application's.
   * Needed where there is one, since nobody can see it; it stays, with enforcement around it.
   */
  readonly handlers?: 'sdk' | 'own';
}
