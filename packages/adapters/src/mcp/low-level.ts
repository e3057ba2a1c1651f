import type { McpServer, ServerContext } from '@modelcontextprotocol/server';

/** The server that dispatches requests. The SDK deprecates its name `Server` for everybody but such code as this. */
export type LowLevelServer = McpServer['server'];

/** A request as the SDK's dispatcher hands it to a handler. */
export interface McpRequest {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export type McpHandler = (request: McpRequest, context: ServerContext) => unknown;
