import type { RunContext } from '@openai/agents';
import type { Caller } from '@enforcecore/core';
import type { GateOptions } from '../shared/gate.js';

/** What a run of an agent says of one call of a tool. */
export interface RunFacts {
  /** The tool's name, as the agent has it. */
  readonly tool: string;
  /** Unknown for tools of MCP servers, which are called without it. */
  readonly callId: string | undefined;
  /** What was given to `run` as `context`; unknown for tools of MCP servers. */
  readonly context: unknown;
}

export interface AgentsOptions extends GateOptions {
  /** On whose behalf one call is made: a tenant or a session out of the run's context, for instance. */
  readonly callerOf?: (facts: RunFacts) => Caller;
}

/** What `invoke` is told besides the arguments. */
export interface CallDetails {
  readonly toolCall?: { readonly callId?: string } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A label holds no more, and no provider's ids are longer. */
const longestLabel = 256;

export function callerFor({ caller, callerOf }: Pick<AgentsOptions, 'caller' | 'callerOf'>, tool: string, run?: RunContext<never>, details?: CallDetails): Caller {
  const callId = details?.toolCall?.callId;
  const own = callerOf?.({ tool, callId, context: run?.context }) ?? {};
  const labels = { ...caller?.labels, ...own.labels, ...(callId === undefined ? {} : { tool_call_id: asLabel(callId) }) };
  const given = [own.signal ?? caller?.signal, details?.signal].filter((signal) => signal !== undefined);
  const both = Object.keys(labels).length === 0 ? {} : { labels };
  // One of its own for every call, even of a single one: calls at the same time would overload the run's with listeners.
  return { ...caller, ...own, ...both, signal: given.length === 0 ? undefined : AbortSignal.any(given) };
}

/** Ids are made by somebody else: cut to what a label may hold. */
function asLabel(id: string): string {
  return id.slice(0, longestLabel).toWellFormed();
}
