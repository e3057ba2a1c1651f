import type * as MastraTools from '@mastra/core/tools';
import type { Tool } from '@mastra/core/tools';
import { runInContainer, type Caller } from '@enforcecore/core';
import type { EnforcedTool } from '@enforcecore/core/tools';
import { annotationsOf } from '../shared/annotations.js';
import { knownCaller } from '../shared/known-caller.js';
import { requirePackage } from '../shared/require-package.js';
import { shownSchema } from '../shared/shown-schema.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { toolsFrom, type ToolSource } from '../shared/tools-from.js';
import { markEnforced } from './enforced-tool.js';
import { seenCaller } from './mastra-caller.js';
import type { MastraContext, MastraOptions } from './mastra-options.js';
import { shownError } from './tool-errors.js';

export type EnforcedToolsOptions = Pick<MastraOptions, 'caller' | 'callerOf' | 'container' | 'policy'>;

/** Tools that were made here: enforced by themselves, and not a second time by `enforceTools`. */
export type MastraToolRecord = Record<string, Tool>;

/**
 * Mastra tools of the `@Tool` methods of an instance (or of several, or of tools by `defineTool`), keyed by name.
 *
 * @throws EnforceCoreError `PACKAGE_MISSING` without `@mastra/core`; `NOT_ENFORCED` for a `@Tool` method without `@Enforce`.
 */
export async function enforcedTools(source: ToolSource | readonly ToolSource[], options: EnforcedToolsOptions = {}): Promise<MastraToolRecord> {
  const mastra = (await requirePackage('@mastra/core/tools', '@enforcecore/adapters/mastra')) as typeof MastraTools; // the package of this name
  return Object.fromEntries(toolsFrom(source).map((tool) => [tool.name, createOne(mastra, tool, options)]));
}

/** A workflow takes no tool as a step that does not say what it gives. */
const anything = shownSchema({});

function createOne(mastra: typeof MastraTools, tool: EnforcedTool, options: EnforcedToolsOptions): Tool {
  const made = mastra.createTool({ id: tool.name, description: tool.description, inputSchema: shownSchema(tool.inputSchema), outputSchema: anything, mcp: { annotations: annotationsOf(tool.hints) }, execute: executeOf(tool, options) }); // its schema is known at run time only
  markEnforced(made, tool.name);
  return made; // of the same class, whatever its schema
}

function executeOf(tool: EnforcedTool, options: EnforcedToolsOptions): (input: unknown, context?: MastraContext) => Promise<unknown> {
  const cleaner = new TextCleaner(options);
  const call = async (input: unknown, caller: Caller): Promise<unknown> => {
    const value = await tool.call(input, caller);
    return tool.streams ? joinPieces(value as AsyncIterable<unknown>) : value; // `streams` says that it is one
  };
  return async (input, context = {}) => {
    try {
      const caller = knownCaller(seenCaller(context), context, options);
      return await (options.container === undefined ? call(input, caller) : runInContainer(options.container, () => call(input, caller)));
    } catch (error) {
      throw await shownError(error, cleaner);
    }
  };
}

/** A model gets one result for a call: texts are joined, other values make a list. */
async function joinPieces(pieces: AsyncIterable<unknown>): Promise<unknown> {
  const read: unknown[] = [];
  for await (const piece of pieces) read.push(piece);
  return read.every((piece) => typeof piece === 'string') ? read.join('') : read;
}
