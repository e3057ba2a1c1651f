import type { CallToolResult, McpServer, RegisteredTool, ServerContext } from '@modelcontextprotocol/server';
import { runInContainer } from '@enforcecore/core';
import type { EnforcedTool } from '@enforcecore/core/tools';
import { annotationsOf } from '../shared/annotations.js';
import { knownCaller } from '../shared/known-caller.js';
import { shownSchema } from '../shared/shown-schema.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { toolsFrom, type ToolSource } from '../shared/tools-from.js';
import { seenCaller } from './mcp-caller.js';
import type { McpOptions } from './mcp-options.js';
import { markReached, markSelfEnforced } from './reached.js';
import { filterList } from './tool-list.js';
import { errorResult, toolResult } from './tool-result.js';
import { readStream } from './tool-stream.js';

export type RegisterOptions = Pick<McpOptions, 'caller' | 'callerOf' | 'listed' | 'policy' | 'container'>;

/**
 * Adds enforced tools to an MCP server: the `@Tool` methods of an instance, or tools of `toolsOf` and `defineTool`. Each is
 * enforced by its own policy and container; `policy` (the container's own by default) says which are listed.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` for an instance with a `@Tool` method that is not enforced.
 */
export function registerEnforced(server: McpServer, tools: ToolSource | readonly ToolSource[], options: RegisterOptions = {}): readonly RegisteredTool[] {
  const list = toolsFrom(tools);
  const names = new Set(list.map((tool) => tool.name));
  const registered = list.map((tool) => registerOne(server, tool, options));
  if (options.policy !== undefined || options.container !== undefined) filterList(server.server, options, (name) => names.has(name));
  return registered;
}

function registerOne(server: McpServer, tool: EnforcedTool, options: RegisterOptions): RegisteredTool {
  const { title } = tool.hints;
  const config = { ...(title === undefined ? {} : { title }), description: tool.description, inputSchema: shownSchema(tool.inputSchema), annotations: annotationsOf(tool.hints) };
  return server.registerTool(tool.name, config, markSelfEnforced(handlerOf(tool, options)));
}

function handlerOf(tool: EnforcedTool, options: RegisterOptions): (input: unknown, context: ServerContext) => Promise<CallToolResult> {
  const cleaner = new TextCleaner(options);
  const { container } = options;
  const call = async (input: unknown, context: ServerContext): Promise<unknown> => {
    const value = await tool.call(input, knownCaller(seenCaller(context), context, options));
    return tool.streams ? readStream(value as AsyncIterable<unknown>, context) : value; // `streams` says that it is one
  };
  return async (input, context) => {
    markReached(context);
    try {
      return toolResult(await (container === undefined ? call(input, context) : runInContainer(container, () => call(input, context))));
    } catch (error) {
      return errorResult(error, cleaner);
    }
  };
}
