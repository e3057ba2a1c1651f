import type { RunContext } from '@openai/agents';
import { toolCallIdOf, type Caller } from '@enforcecore/core';
import { askCaller, type AskedCaller } from '../shared/asked-caller.js';
import type { GateOptions } from '../shared/gate.js';

/** What a run of an agent says of one call of a tool. */
export interface RunFacts {
  /** The tool's name, as policies have it. */
  readonly tool: string;
  /** Unknown for a shell, an editor, hand-overs and tools of MCP servers, which are called without it. */
  readonly callId: string | undefined;
  /** What was given to `run` as `context`; `undefined` for a shell, an editor and tools of MCP servers, which are called without it. */
  readonly context: unknown;
}

/** By which policy calls are made, at what cost, and for whom. */
export interface AgentsOptions extends GateOptions {
  /**
   * On whose behalf one call is made: a tenant or a session out of the run's context, for instance. What it leaves out comes
   * from `caller` and the scope. A call for which it throws is refused, with an entry.
   */
  readonly callerOf?: (facts: RunFacts) => Caller;
}

/** What `invoke` is told besides the arguments. */
export interface CallDetails {
  readonly toolCall?: { readonly callId?: string } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The run's words about a call as the caller of an enforced one. */
export function callerFor({ caller, callerOf }: Pick<AgentsOptions, 'caller' | 'callerOf'>, tool: string, run?: RunContext<never>, details?: CallDetails): AskedCaller {
  const callId = details?.toolCall?.callId;
  const { caller: own, refused } = askCaller(callerOf && (() => callerOf({ tool, callId, context: run?.context })));
  const labels = { ...caller?.labels, ...own.labels };
  const given = [own.signal ?? caller?.signal, details?.signal].filter((signal) => signal !== undefined);
  // One of its own for every call, even of a single one: calls at the same time would overload the run's with listeners.
  const told: Caller = { ...caller, ...own, toolCallId: toolCallIdOf(callId), signal: given.length === 0 ? undefined : AbortSignal.any(given) };
  return { caller: Object.keys(labels).length === 0 ? told : { ...told, labels }, refused };
}

/** The same options for the tools of one agent, which is their caller unless somebody says otherwise. */
export function inAgent<T extends AgentsOptions>(options: T, name: string): T {
  const fits = name !== '' && name.length <= 256 && name.isWellFormed(); // what the trail can hold; any other costs no call
  return fits ? { ...options, caller: { agent: name, ...options.caller } } : options;
}
