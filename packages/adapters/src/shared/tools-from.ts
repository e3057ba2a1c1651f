import { toolsOf, type EnforcedTool } from '@enforcecore/core/tools';

/** The tools of an instance; or a tool, or tools, as `defineTool` gives them. */
export function toolsFrom(source: object | EnforcedTool | readonly EnforcedTool[]): readonly EnforcedTool[] {
  if (Array.isArray(source)) return source as readonly EnforcedTool[]; // an array is no instance of a class with tools
  return isTool(source) ? [source] : toolsOf(source);
}

function isTool(source: object): source is EnforcedTool {
  const { call, inputSchema, streams } = Object(source) as Partial<EnforcedTool>; // whatever somebody gave
  return typeof call === 'function' && typeof inputSchema === 'object' && typeof streams === 'boolean';
}
