import type { CallToolResult, McpServer, RegisteredTool, ServerContext } from '@modelcontextprotocol/server';
import { runInContainer } from '@enforcecore/core';
import { toolsOf, type EnforcedTool } from '@enforcecore/core/tools';
import { knownCaller } from '../shared/known-caller.js';
import { shownSchema } from '../shared/shown-schema.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { seenCaller } from './mcp-caller.js';
import type { McpOptions } from './mcp-options.js';
import { markReached, markSelfEnforced } from './reached.js';
import { filterList } from './tool-list.js';
import { errorResult, toolResult } from './tool-result.js';
import { readStream } from './tool-stream.js';

/** Tools as they may be named: an instance of a class with `@Tool` methods, or tools. Several make one list. */
export type ToolSource = object | EnforcedTool;

export type RegisterOptions = Pick<McpOptions, 'caller' | 'callerOf' | 'listed' | 'policy' | 'container'>;

/**
 * Adds enforced tools to an MCP server: the `@Tool` methods of an instance, or tools of `toolsOf` and `defineTool`. Each is
 * enforced by its own policy and container; `policy` (the container's own by default) says which are listed.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` for an instance with a `@Tool` method that is not enforced.
 */
export function registerEnforced(server: McpServer, tools: ToolSource | readonly ToolSource[], options: RegisterOptions = {}): readonly RegisteredTool[] {
  const list = enforcedToolsOf(tools);
  const names = new Set(list.map((tool) => tool.name));
  const registered = list.map((tool) => registerOne(server, tool, options));
  if (options.policy !== undefined || options.container !== undefined) filterList(server.server, options, (name) => names.has(name));
  return registered;
}

export function enforcedToolsOf(tools: ToolSource | readonly ToolSource[]): readonly EnforcedTool[] {
  const sources: readonly ToolSource[] = Array.isArray(tools) ? (tools as readonly ToolSource[]) : [tools]; // an array is no instance
  return sources.flatMap((source) => (isTool(source) ? [source] : toolsOf(source)));
}

function isTool(source: ToolSource): source is EnforcedTool {
  const { name, inputSchema, call } = source as Partial<EnforcedTool>; // asked for one by one
  return typeof name === 'string' && typeof call === 'function' && typeof inputSchema === 'object';
}

function registerOne(server: McpServer, tool: EnforcedTool, options: RegisterOptions): RegisteredTool {
  const { title, readOnly, destructive, idempotent, openWorld } = tool.hints;
  const hints = { title, readOnlyHint: readOnly, destructiveHint: destructive, idempotentHint: idempotent, openWorldHint: openWorld };
  const annotations = Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined));
  const config = { ...(title === undefined ? {} : { title }), description: tool.description, inputSchema: shownSchema(tool.inputSchema), annotations };
  return server.registerTool(tool.name, config, markSelfEnforced(handlerOf(tool, options)));
}

function handlerOf(tool: EnforcedTool, options: RegisterOptions): (input: unknown, context: ServerContext) => Promise<CallToolResult> {
  const cleaner = new TextCleaner(options);
  const { container } = options;
  const call = async (input: unknown, context: ServerContext): Promise<unknown> => {
    const value = await tool.call(input, await knownCaller(tool.name, input, seenCaller(context), context, options));
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
