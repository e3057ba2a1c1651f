import type { ToolExecutionOptions, ToolSet } from 'ai';
import { runInContainer } from '@enforcecore/core';
import type { EnforcedTool } from '@enforcecore/core/tools';
import { runAsked } from '../shared/asked-caller.js';
import { toolsFrom } from '../shared/tools-from.js';
import { callerFor, type AiSdkOptions } from './call-facts.js';
import { noteEnforced } from './enforced.js';
import { grown, isAsyncIterable } from './outputs.js';

/** What can be said of calls here; the policy and its limits stand on the methods. */
export type EnforcedToolsOptions = Pick<AiSdkOptions, 'container' | 'caller' | 'callerOf'>;

type Options = ToolExecutionOptions<never>;

/**
 * The tools of a class with `@Tool` and `@Enforce`, or tools of `defineTool`, as a tool set. The model is told of their input
 * and the tool checks it itself, so that arguments that do not fit are refused with an entry in the trail. What a method
 * streams is shown as preliminary results: text as the text so far.
 *
 * @param source an instance, a tool, or tools
 * @throws EnforceCoreError `NOT_ENFORCED` for a method with `@Tool` and without `@Enforce`; SettingsError for none.
 */
export function enforcedTools(source: object | EnforcedTool | readonly EnforcedTool[], options: EnforcedToolsOptions = {}): ToolSet {
  return Object.fromEntries(toolsFrom(source).map((tool) => [tool.name, noteEnforced(asTool(tool, options), undefined)]));
}

function asTool(tool: EnforcedTool, options: EnforcedToolsOptions): ToolSet[string] {
  const { container } = options;
  const call = (input: unknown, { toolCallId, context, abortSignal }: Options): Promise<unknown> => {
    const asked = callerFor(options, { tool: tool.name, toolCallId, context }, abortSignal);
    const run = (): Promise<unknown> => runAsked(asked, (caller) => tool.call(input, caller));
    return container === undefined ? run() : runInContainer(container, run);
  };
  async function* stream(input: unknown, sdk: Options): AsyncGenerator {
    const given = await call(input, sdk);
    if (isAsyncIterable(given)) yield* grown(given);
    else yield given;
  }
  return {
    description: tool.description,
    inputSchema: uncheckedSchema(tool),
    execute: tool.streams ? stream : call,
  } as ToolSet[string]; // what it takes and gives is known at run time only
}

/** The tool's JSON Schema in the form of https://standardschema.dev. It lets everything pass: the tool itself checks. */
function uncheckedSchema({ inputSchema }: EnforcedTool): object {
  const copy = (): unknown => structuredClone(inputSchema); // the SDK writes into it, and the tool's own is frozen
  return { '~standard': { version: 1, vendor: 'enforcecore', validate: (value: unknown) => ({ value }), jsonSchema: { input: copy, output: copy } } };
}
