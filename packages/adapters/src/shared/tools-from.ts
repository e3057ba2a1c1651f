import { toolsOf, type EnforcedTool } from '@enforcecore/core/tools';

/** Tools as they may be named: an instance of a class with `@Tool` methods, or a tool of `toolsOf` or `defineTool`. */
export type ToolSource = object | EnforcedTool;

/** The tools of one source, or of several as one list. */
export function toolsFrom(source: ToolSource | readonly ToolSource[]): readonly EnforcedTool[] {
  const sources: readonly ToolSource[] = Array.isArray(source) ? (source as readonly ToolSource[]) : [source]; // an array is no instance of a class with tools
  return sources.flatMap((one) => (isTool(one) ? [one] : toolsOf(one)));
}

function isTool(source: object): source is EnforcedTool {
  const { name, call, inputSchema } = Object(source) as Partial<EnforcedTool>; // whatever somebody gave
  return typeof name === 'string' && typeof call === 'function' && typeof inputSchema === 'object';
}
