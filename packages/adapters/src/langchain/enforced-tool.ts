import { SettingsError, type Caller, type PolicyRef } from '@enforcecore/core';
import type { EnforcedTool } from '@enforcecore/core/tools';
import type * as lc from '@langchain/core/tools';
import type { ResponseFormat, StructuredTool, ToolParams } from '@langchain/core/tools';
import { filledIn, Gate, type GateOptions } from '../shared/gate.js';
import { requirePackage } from '../shared/require-package.js';
import { toolsFrom } from '../shared/tools-from.js';
import { makeEnforced, type ToolClass, type ToolLook, type ToolWays } from './enforced-class.js';
import { door, isEnforcedTool } from './enforced-marks.js';
import { readerOf } from './read-arguments.js';
import { ToolRun, type Body } from './tool-run.js';

/** How LangChain's tools are enforced. */
export interface EnforcedToolOptions extends Omit<GateOptions, 'policy'> {
  /** On whose behalf calls are made. What is said here holds; a run's config fills in the rest, and labels add up. */
  readonly caller?: Caller;
  /** The name in policies, in the trail and for the model; the tool's own by default. */
  readonly name?: string;
  readonly description?: string;
  /** Whether an agent answers with the tool's result and stops; as the tool says by default. */
  readonly returnDirect?: boolean;
  /** Whether a model that called the tool is told of a refusal by a message of status `error` (the default), or the framework gets the error. */
  readonly refusals?: 'tell' | 'throw';
}

/** A plain function as a tool. */
export interface EnforcedFunctionOptions extends EnforcedToolOptions {
  readonly description: string;
  /** What the function takes, as a zod schema or a JSON Schema of `type: object`. */
  readonly schema: unknown;
  /** `content_and_artifact`: it returns a pair, the first for the model, the second for the application. */
  readonly responseFormat?: ResponseFormat;
}

/** What is asked of a runnable that was made a tool by `asTool`. */
export interface RunnableTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly schema: unknown;
  invoke(input: never, config?: never): Promise<unknown>;
}

/** What is asked of a LangChain tool: a `StructuredTool`, a `Tool`, what `tool()` makes. */
export interface LangChainTool extends RunnableTool {
  readonly returnDirect: boolean;
}

/** Takes the arguments as the schema reads them, and the run's config. */
export type ToolFunction = (input: never, config: never) => unknown;

/**
 * An enforced tool in place of a LangChain tool: `invoke`, `call`, `stream`, `batch`, a pipe, an agent, a ToolNode, each makes
 * one enforced call. The given tool cannot be reached from it.
 *
 * @param policy a policy file, or a policy; `undefined` for the container's own
 * @throws SettingsError for what is no tool, and for one that is enforced already.
 */
export function enforcedTool(policy: PolicyRef, tool: LangChainTool, options?: EnforcedToolOptions): StructuredTool;
/** @throws EnforceCoreError `PACKAGE_MISSING` without `@langchain/core`. */
export function enforcedTool(policy: PolicyRef, tool: RunnableTool, options?: EnforcedToolOptions): Promise<StructuredTool>;
export function enforcedTool(policy: PolicyRef, fn: ToolFunction, options: EnforcedFunctionOptions): Promise<StructuredTool>;
export function enforcedTool(policy: PolicyRef, given: unknown, options: EnforcedToolOptions = {}): StructuredTool | Promise<StructuredTool> {
  if (isEnforcedTool(given)) throw new SettingsError(`"${String((given as { readonly name?: unknown }).name)}" is an enforced tool already; give it to the agent as it is`);
  if (typeof given === 'function') return ofFunction(policy, given as Body, options as EnforcedFunctionOptions);
  if (typeof given !== 'object' || given === null) throw notATool(typeof given);
  const tool = given as RunnableTool; // looked at before it is believed
  if (typeof tool.name !== 'string' || typeof tool.invoke !== 'function') throw notATool('an object without a name and invoke()');
  const base = toolClassOf(tool);
  const look = lookOf(tool, options);
  if (base === undefined) return ofRunnable(policy, tool, look, options);
  if (overridesWays(tool, base)) throw new SettingsError(`"${look.name}" has an invoke or call of its own, which its enforced form would pass by; move what it does to _call, or enforce a function that calls the tool`);
  const { _call: body } = tool as unknown as { readonly _call?: Body }; // LangChain's class declares it
  if (typeof body !== 'function') throw notATool('a tool without a body');
  return makeEnforced(base, look, gated(policy, look, (...args) => Reflect.apply(body, tool, args), options));
}

/** Of tools that `toolsOf` and `defineTool` made, what LangChain has to know besides. */
export type EnforcedToolsOptions = Pick<EnforcedToolOptions, 'caller' | 'returnDirect' | 'refusals'>;

/**
 * LangChain tools of a class with `@Tool` and `@Enforce`, or of a tool or tools made by `defineTool`: enforced as those say, with their
 * JSON Schema and description.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` for a tool without `@Enforce`; `PACKAGE_MISSING` without `@langchain/core`.
 */
export async function enforcedTools(source: object | EnforcedTool | readonly EnforcedTool[], options: EnforcedToolsOptions = {}): Promise<StructuredTool[]> {
  const base = await structuredTool();
  return toolsFrom(source).map((tool) => ofEnforced(base, tool, options));
}

function ofEnforced(base: ToolClass, tool: EnforcedTool, { caller: own, returnDirect, refusals = 'tell' }: EnforcedToolsOptions): StructuredTool {
  const look: ToolLook = { name: tool.name, description: tool.description, schema: ownSchema(tool.inputSchema), returnDirect, params: {} };
  return makeEnforced(base, look, {
    refusals,
    make: (start, input, caller) => {
      const body = async (): Promise<unknown> => {
        const result = await tool.call(input, filledIn(own, caller));
        return tool.streams ? events(result as AsyncIterable<unknown>) : result; // so says the tool
      };
      // Its own input is stricter than the schema, and what does not fit it is a refusal with an entry.
      return start(input, body, {});
    },
  });
}

/** What streams is told as it comes; for the model it is one text, or a list. */
async function* events(chunks: AsyncIterable<unknown>): AsyncGenerator {
  const all: unknown[] = [];
  for await (const chunk of chunks) {
    all.push(chunk);
    yield chunk;
  }
  return all.every((chunk) => typeof chunk === 'string') ? all.join('') : all;
}

function gated(policy: PolicyRef, { name, schema }: ToolLook, body: Body, options: EnforcedToolOptions): ToolWays {
  const gate = new Gate({ ...siteOf(options), ...(policy === undefined ? {} : { policy }) });
  const { refusals = 'tell' } = options;
  const reader = readerOf(schema);
  return {
    refusals,
    make: (start, input, caller, isRead = false) => {
      const run = new ToolRun(body, start, isRead ? undefined : reader?.());
      return run.make((given, within, by, reads) => gate.run(name, given, within, by, reads), input, filledIn(options.caller, caller));
    },
  };
}

/** What concerns the gate, and not LangChain. */
export function siteOf({ container, caller, cost, timeoutMs, sensitivity }: EnforcedToolOptions): GateOptions {
  const site = { container, caller, cost, timeoutMs, sensitivity };
  return Object.fromEntries(Object.entries(site).filter(([, value]) => value !== undefined));
}

async function ofRunnable(policy: PolicyRef, tool: RunnableTool, look: ToolLook, options: EnforcedToolOptions): Promise<StructuredTool> {
  const body: Body = (parsed, runManager, config) => tool.invoke(parsed as never, { ...config, callbacks: childOf(runManager) } as never);
  return makeEnforced(await structuredTool(), look, gated(policy, look, body, options));
}

async function ofFunction(policy: PolicyRef, fn: Body, { schema, responseFormat, ...options }: EnforcedFunctionOptions): Promise<StructuredTool> {
  const name = options.name ?? fn.name;
  if (name === '' || typeof options.description !== 'string' || typeof schema !== 'object' || schema === null) {
    throw new SettingsError('enforcedTool(policy, fn, options) needs a named function or options.name, a description and a schema');
  }
  const params: ToolParams = responseFormat === undefined ? {} : { responseFormat };
  const look: ToolLook = { name, description: options.description, schema: ownSchema(schema), returnDirect: options.returnDirect, params };
  const body: Body = (parsed, runManager, config) => (fn as (...args: unknown[]) => unknown)(parsed, { ...config, callbacks: childOf(runManager) });
  return makeEnforced(await structuredTool(), look, gated(policy, look, body, options));
}

function childOf(runManager: unknown): unknown {
  return (runManager as { readonly getChild?: () => unknown } | undefined)?.getChild?.();
}

function lookOf(tool: RunnableTool, options: EnforcedToolOptions): ToolLook {
  const { responseFormat, defaultConfig, metadata, extras, verboseParsingErrors, callbacks, tags, verbose, returnDirect } = tool as unknown as ToolParams & { readonly returnDirect?: unknown }; // every tool may have them
  const params = Object.fromEntries(Object.entries({ responseFormat, defaultConfig, metadata, extras, verboseParsingErrors, callbacks, tags, verbose }).filter(([, value]) => value !== undefined));
  return {
    name: options.name ?? tool.name,
    description: options.description ?? tool.description ?? tool.name,
    schema: ownSchema(tool.schema),
    returnDirect: options.returnDirect ?? returnDirect === true,
    params,
  };
}

/** LangChain's validator writes into the JSON Schemas that it reads, which a frozen one does not bear. */
function ownSchema(schema: unknown): unknown {
  return Object.isFrozen(schema) ? structuredClone(schema) : schema;
}

/** LangChain's own class behind a tool, as that tool's copy of LangChain has it: the outermost that knows how to `call`. */
function toolClassOf(tool: object): ToolClass | undefined {
  let found: object | undefined;
  for (let level: unknown = Object.getPrototypeOf(tool); typeof level === 'object' && level !== null; level = Object.getPrototypeOf(level)) {
    if (Object.hasOwn(level, 'call') && Object.hasOwn(level, 'invoke')) found = level;
  }
  return found?.constructor as ToolClass | undefined; // a class's prototype names its class
}

/** Whether a tool does something of its own in `invoke` or `call`: a check, say, that must not be passed by. */
function overridesWays(tool: object, base: ToolClass): boolean {
  let isBelowDynamic = false;
  for (let level: unknown = tool; typeof level === 'object' && level !== null && level !== base.prototype; level = Object.getPrototypeOf(level)) {
    const { constructor } = level;
    const isDynamic = Object.hasOwn(level, 'constructor') && Object.hasOwn(constructor, 'lc_name') && /^Dynamic(?:Structured)?Tool$/.test((constructor as unknown as { lc_name(): string }).lc_name());
    // LangChain's own classes of tools: those two, and the one of tools that take a text.
    const isOwn = isDynamic || isBelowDynamic || (constructor.name === 'Tool' && Object.getPrototypeOf(level) === base.prototype);
    if (Object.hasOwn(level, 'invoke') || (Object.hasOwn(level, 'call') && !isOwn)) return true;
    isBelowDynamic = isDynamic;
  }
  return false;
}

async function structuredTool(): Promise<ToolClass> {
  const { StructuredTool } = (await requirePackage('@langchain/core/tools', door)) as typeof lc; // that is what it is
  return StructuredTool;
}

function notATool(what: string): SettingsError {
  return new SettingsError(`enforcedTool takes a LangChain tool or a function, and got ${what}`);
}
