import type { Caller } from '@enforcecore/core';
import type { GateOptions } from '../shared/gate.js';

/** What the AI SDK says of one call of a tool. Its messages stay where they are. */
export interface ToolCallFacts {
  /** The tool's name, as the tool set has it. */
  readonly tool: string;
  readonly toolCallId: string;
  /** What `toolsContext` holds for the tool. */
  readonly context: unknown;
  /** The run's `runtimeContext`. Known where a call is judged beforehand only: the SDK keeps it from `execute`. */
  readonly runtimeContext?: unknown;
}

export interface AiSdkOptions extends GateOptions {
  /** On whose behalf one call is made, where that is known per call; what it leaves out comes from `caller` and the scope. */
  readonly callerOf?: (facts: ToolCallFacts) => Caller;
}

/** A label holds no more, and no provider's ids are longer. */
const longestLabel = 256;

/** The framework's words about a call as the caller of an enforced one. */
export function callerFor({ caller, callerOf }: Pick<AiSdkOptions, 'caller' | 'callerOf'>, facts: ToolCallFacts, signal?: AbortSignal): Caller {
  const own = callerOf?.(facts) ?? {};
  const labels = { ...caller?.labels, ...own.labels, tool_call_id: asLabel(facts.toolCallId) };
  return { ...caller, ...own, labels, signal: eitherOf([own.signal ?? caller?.signal, signal]) };
}

/** Ids are made by somebody else: cut to what a label may hold. */
function asLabel(id: unknown): string {
  return String(id).slice(0, longestLabel).toWellFormed();
}

/** One of its own for every call, even of a single one: calls at the same time would overload the run's with listeners. */
function eitherOf(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length === 0 ? undefined : AbortSignal.any(given);
}
