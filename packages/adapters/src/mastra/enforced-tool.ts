import { EnforceCoreError, type PolicyRef } from '@enforcecore/core';
import { copyWith } from '../shared/copy-with.js';
import { Gate } from '../shared/gate.js';
import { knownCaller } from '../shared/known-caller.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { recordUnmade } from '../shared/unmade-call.js';
import { goesOn, insideContext } from './inside-context.js';
import { seenCaller } from './mastra-caller.js';
import type { MastraContext, MastraOptions } from './mastra-options.js';
import { readInput, readsItsInput, unread, type ReadInput } from './read-input.js';
import { shownError } from './tool-errors.js';

/** What any tool of Mastra has that runs here: `createTool`'s, and those of the AI SDK. */
export interface RunnableTool {
  readonly id?: string | undefined;
  // Tools differ in their arguments, and each of them fits.
  readonly execute?: ((input: never, context: never) => unknown) | undefined;
}

/** Enforced tools, and the names that their calls go by. */
const names = new WeakMap<object, string>();

export function markEnforced(tool: object, name: string): void {
  names.set(tool, name);
}

export function enforcedNameOf(tool: unknown): string | undefined {
  return typeof tool === 'object' && tool !== null ? names.get(tool) : undefined;
}

/**
 * A tool whose every call is enforced, whoever makes it: an agent, a workflow's step, an MCP server. It differs from the
 * given one in `execute` only, and does not lead to the given one; an enforced tool is returned as it is.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` for a tool without `execute`: it runs elsewhere, where nothing could be enforced
 */
export function enforcedTool<T extends RunnableTool>(policy: PolicyRef, tool: T, options: MastraOptions & { readonly tool?: string } = {}): T {
  if (names.has(tool)) return tool;
  const { execute } = tool;
  const name = options.tool ?? tool.id;
  if (typeof execute !== 'function') throw new EnforceCoreError('NOT_ENFORCED', `the tool "${name ?? ''}" has no execute function: the client or the provider runs it, and no call of it can be enforced here`);
  if (name === undefined) throw new EnforceCoreError('NOT_ENFORCED', 'a tool without an id needs a name: enforcedTool(policy, tool, { tool: "name" })');
  const enforced = enforcedExecute(name, tool, execute.bind(tool) as Execute, policy, options); // whichever its arguments are, they are passed on
  const copy = copyWith<RunnableTool>(tool, { execute: enforced }) as T; // of the same class, and with the symbols by which Mastra knows its tools
  names.set(copy, name);
  return copy;
}

/** A record of tools as agents take it, each enforced under its key, which is the name that the model sees. */
export function enforceTools<T extends Readonly<Record<string, RunnableTool>>>(tools: T, options: MastraOptions = {}): T {
  const entries = Object.entries(tools).map(([key, tool]) => [key, enforcedTool(options.policy, tool, { ...options, tool: key })] as const);
  return Object.fromEntries(entries) as T; // the same keys, and tools of the same kinds
}

type Execute = (input: unknown, context: MastraContext | undefined) => unknown;

function enforcedExecute(name: string, tool: RunnableTool, execute: Execute, policy: PolicyRef, options: MastraOptions): Execute {
  const { container, cost, timeoutMs, sensitivity } = options;
  const given = Object.entries({ policy, container, cost, timeoutMs, sensitivity }).filter(([, value]) => value !== undefined);
  const gate = new Gate(Object.fromEntries(given)); // who calls is known per call
  const cleaner = new TextCleaner({ policy, container });
  const isReader = readsItsInput(tool);
  const call = async (input: unknown, context: MastraContext): Promise<unknown> => {
    const caller = knownCaller(seenCaller(context), context, options);
    const read: ReadInput = isReader ? await readInput(tool, input, context) : { input };
    if ('problem' in read) {
      const refusal = await gate.refusal(name, input, caller);
      if (refusal !== undefined) throw new EnforceCoreError(refusal.code, refusal.message, { toolName: name });
      await recordUnmade(name, input, caller, { policy, container });
      return cleaner.clean(read.problem); // Mastra gives a model as a result what is wrong; it repeats the arguments
    }
    const body = async (cleaned: unknown): Promise<unknown> => {
      const inside = await insideContext(context, cleaner);
      return execute(cleaned, isReader && !goesOn(context) ? unread(inside) : inside);
    };
    return gate.run(name, read.input, body, caller);
  };
  return async (input, context) => {
    const known = context ?? {}; // called by hand, it may be given none
    try {
      return await call(input, known);
    } catch (error) {
      const shown = await shownError(error, cleaner);
      // Thrown there, it would end the whole network; a result is read by its routing agent.
      if (isNetwork(known, input) && EnforceCoreError.is(shown)) return shown.message;
      throw shown;
    }
  };
}

/** A network runs its tools itself, and tells them their arguments twice; no other runner does. */
function isNetwork(context: MastraContext, input: unknown): boolean {
  return typeof input === 'object' && input !== null && Reflect.get(context, 'context') === input;
}
