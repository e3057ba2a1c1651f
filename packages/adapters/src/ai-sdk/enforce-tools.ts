import type { Tool, ToolExecutionOptions, ToolSet } from 'ai';
import { canonicalToolName, currentCall, EnforceCoreError, SettingsError, type PolicyRef } from '@enforcecore/core';
import { runAsked, type AskedCaller } from '../shared/asked-caller.js';
import { copyWith } from '../shared/copy-with.js';
import { Gate } from '../shared/gate.js';
import { callerFor, type AiSdkOptions } from './call-facts.js';
import { boxed, isAsyncIterable, lastOf, unboxed } from './outputs.js';
import { noteEnforced, wasEnforced } from './enforced.js';

/** How a tool set is enforced, and what of it is left alone. */
export interface EnforceToolsOptions extends AiSdkOptions {
  /**
   * Tools that stay as they are, by name, though nobody here can hold them: those that the provider runs, and those without
   * `execute`, which the client runs. `toolApproval` judges the calls of both before they are handed on.
   */
  readonly letPass?: readonly string[];
}

type AnyTool = ToolSet[string];
type Options = ToolExecutionOptions<never>;
type Execute = (input: never, options: Options) => unknown;

/**
 * The same tools, each call of which is enforced: `tool()`, `dynamicTool()`, provider-defined and MCP tools. Names in the set
 * are the names in policies. A tool that is enforced already is left as it is, by whatever policy it was.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` for a tool without `execute` that `letPass` does not name; `TOOL_NAME`; SettingsError
 * for a name in `letPass` that no tool has.
 */
export function enforceTools<T extends ToolSet>(tools: T, options: EnforceToolsOptions = {}): T {
  if (typeof tools !== 'object' || (tools as unknown) === null) throw new SettingsError('enforceTools takes a tool set: { send_mail: tool({ inputSchema, execute }) }');
  const { letPass = [], ...gateOptions } = options;
  const gate = new Gate(gateOptions);
  const unknown = letPass.find((name) => !Object.hasOwn(tools, name));
  if (unknown !== undefined) throw new SettingsError(`letPass names "${unknown}", and there is no such tool; the tools are: ${Object.keys(tools).join(', ')}`);
  // The same names, with tools of the same types.
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, enforced(tool, { name, gate, options: gateOptions, passes: letPass.includes(name) })])) as T;
}

/**
 * The same tool, each call of which is enforced under `options.tool`, since tools of the AI SDK have no name of their own.
 *
 * @throws SettingsError without a name.
 */
export function enforcedTool<T extends Tool>(policy: PolicyRef, tool: T, given: Omit<AiSdkOptions, 'policy'> & { readonly tool: string }): T {
  const { tool: name, ...options } = Object(given) as typeof given; // JavaScript may leave it out
  if (typeof name !== 'string' || name === '') throw new SettingsError('a tool of the AI SDK has no name, so it needs one here: enforcedTool(policy, tool, { tool: "send_mail" })');
  const gateOptions = policy === undefined ? options : { ...options, policy };
  return enforced(tool, { name, gate: new Gate(gateOptions), options: gateOptions, passes: false }) as T; // the same tool, otherwise run
}

interface Place {
  readonly name: string;
  readonly gate: Gate;
  readonly options: AiSdkOptions;
  readonly passes: boolean;
}

function enforced(tool: AnyTool, place: Place): AnyTool {
  if (typeof tool !== 'object' || (tool as unknown) === null) throw new SettingsError(`the tool "${place.name}" must be a tool of the AI SDK, such as tool({ inputSchema, execute }) gives`);
  canonicalToolName(place.name); // refused here, where the name stands, and not at the first call
  if (wasEnforced(tool)) return tool;
  const { execute } = tool as { readonly execute?: unknown }; // a tool of somebody else's making
  if (typeof execute !== 'function') {
    if (place.passes) return tool;
    throw new EnforceCoreError('NOT_ENFORCED', notHeld(tool, place.name), { toolName: place.name });
  }
  const body: Execute = (input, options) => Reflect.apply(execute, tool, [input, { ...options, abortSignal: currentCall()?.signal ?? options.abortSignal }]) as unknown;
  const wrapped = copyWith(tool, { execute: isGenerator(execute) ? streaming(body, place) : plain(body, place) } as Partial<AnyTool>); // all else is the tool's own
  return noteEnforced(wrapped, place.gate);
}

/** A function may return a stream without being a generator; the SDK's result is its last value, and so is ours. */
function plain(body: Execute, { name, gate, options }: Place) {
  return (input: unknown, sdk: Options): Promise<unknown> => {
    const call = (cleaned: never): unknown => {
      const output = body(cleaned, sdk);
      return isAsyncIterable(output) ? lastOf(output) : output;
    };
    return runAsked(callerOf(name, options, sdk), (caller) => gate.run(name, input, call, caller));
  };
}

/** Each value is a result of its own, cleaned whole; the SDK shows it as preliminary, and the last one is the result. */
function streaming(body: Execute, { name, gate, options }: Place) {
  return async function* (input: unknown, sdk: Options): AsyncGenerator {
    const call = (cleaned: never): unknown => boxed(body(cleaned, sdk));
    yield* unboxed(await runAsked(callerOf(name, options, sdk), (caller) => gate.run(name, input, call, caller)));
  };
}

function callerOf(tool: string, options: AiSdkOptions, { toolCallId, context, abortSignal }: Options): AskedCaller {
  return callerFor(options, { tool, toolCallId, context }, abortSignal);
}

function isGenerator(fn: object): boolean {
  return Object.prototype.toString.call(fn) === '[object AsyncGeneratorFunction]';
}

function notHeld(tool: AnyTool, name: string): string {
  const who = tool.type === 'provider' && tool.isProviderExecuted ? 'is run by the model\'s provider' : 'has no execute, so the client runs it';
  return `the tool "${name}" ${who} and cannot be enforced here; leave it out, or name it in letPass and give the call a toolApproval`;
}
