import type { FunctionTool, RunContext } from '@openai/agents';
import { runInContainer } from '@enforcecore/core';
import type { EnforcedTool } from '@enforcecore/core/tools';
import { runAsked } from '../shared/asked-caller.js';
import { asModelText } from '../shared/model-text.js';
import { toolsFrom } from '../shared/tools-from.js';
import { noteEnforced } from './enforced-marks.js';
import { answerFor } from './enforced-tool.js';
import { readInput } from './read-input.js';
import { callerFor, type AgentsOptions, type CallDetails } from './run-facts.js';

/** What can be said of calls here; the policy and its limits stand on the methods. */
export type EnforcedToolsOptions = Pick<AgentsOptions, 'container' | 'caller' | 'callerOf'>;

type Run = RunContext<never>;

/**
 * The tools of a class with `@Tool` and `@Enforce`, or tools of `defineTool`, as function tools of an agent. The tool checks
 * its arguments itself, so that those that do not fit are refused with an entry in the trail. What a method streams is read
 * to its end, since a tool of the SDK has one result.
 *
 * @param source an instance, a tool, or tools
 * @throws EnforceCoreError `NOT_ENFORCED` for a method with `@Tool` and without `@Enforce`; SettingsError for none.
 */
export function enforcedTools(source: object | EnforcedTool | readonly EnforcedTool[], options: EnforcedToolsOptions = {}): FunctionTool[] {
  return toolsFrom(source).map((tool) => noteEnforced(asFunctionTool(tool, options)));
}

function asFunctionTool(tool: EnforcedTool, options: EnforcedToolsOptions): FunctionTool {
  const { container } = options;
  const invoke = async (run: Run, input: string, details?: CallDetails): Promise<unknown> => {
    const asked = callerFor(options, tool.name, run, details);
    const call = (): Promise<unknown> => runAsked(asked, (caller) => tool.call(readInput(input), caller));
    try {
      return await readToEnd(await (container === undefined ? call() : runInContainer(container, call)), tool.streams);
    } catch (error) {
      return answerOrError(error, run, details);
    }
  };
  return {
    type: 'function',
    name: tool.name,
    description: tool.description,
    parameters: structuredClone(tool.inputSchema),
    // Strict schemas are a dialect that not every schema can be written in; the tool checks what comes.
    strict: false,
    invoke,
    needsApproval: () => Promise.resolve(false),
    isEnabled: () => Promise.resolve(true),
    inputGuardrails: [],
    outputGuardrails: [],
  } as unknown as FunctionTool; // what it takes and gives is known at run time only
}

/** As tools of the SDK do it: what a tool threw is told to the model, which may try something else. */
async function answerOrError(error: unknown, run: Run, details: CallDetails | undefined): Promise<unknown> {
  try {
    return await answerFor(error, {}, run, details);
  } catch (thrown) {
    if (details?.signal?.aborted === true) throw thrown;
    return `the tool failed: ${thrown instanceof Error ? thrown.message : 'it does not say why'}`;
  }
}

async function readToEnd(result: unknown, streams: boolean): Promise<unknown> {
  if (!streams) return result;
  const chunks: unknown[] = [];
  for await (const chunk of result as AsyncIterable<unknown>) chunks.push(chunk); // what a streaming tool resolves to
  return chunks.every((chunk) => typeof chunk === 'string') ? chunks.join('') : asModelText(chunks);
}
