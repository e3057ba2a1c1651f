import { toolCallIdOf, type Caller } from '@enforcecore/core';
import { askCaller, type AskedCaller } from '../shared/asked-caller.js';
import type { GateOptions } from '../shared/gate.js';

/** What the AI SDK says of one call of a tool. Its messages stay where they are. */
export interface ToolCallFacts {
  /** The tool's name, as the tool set has it; for a tool that is not there, what the model wrote. */
  readonly tool: string;
  readonly toolCallId: string;
  /** What `toolsContext` holds for the tool. `undefined` for calls that the SDK refuses by itself: it does not tell. */
  readonly context: unknown;
  /** The run's `runtimeContext`. Known where a call is judged beforehand only: the SDK keeps it from `execute`. */
  readonly runtimeContext?: unknown;
}

/** By which policy calls are made, at what cost, and for whom. */
export interface AiSdkOptions extends GateOptions {
  /**
   * On whose behalf one call is made, where that is known per call; what it leaves out comes from `caller` and the scope. A
   * call for which it throws is refused, with an entry.
   */
  readonly callerOf?: (facts: ToolCallFacts) => Caller;
}

/** The framework's words about a call as the caller of an enforced one. */
export function callerFor({ caller, callerOf }: Pick<AiSdkOptions, 'caller' | 'callerOf'>, facts: ToolCallFacts, signal?: AbortSignal): AskedCaller {
  const { caller: own, refused } = askCaller(callerOf && (() => callerOf(facts)));
  const told: Caller = { ...caller, ...own, toolCallId: toolCallIdOf(facts.toolCallId), signal: eitherOf([own.signal ?? caller?.signal, signal]) };
  const labels = { ...caller?.labels, ...own.labels };
  return { caller: Object.keys(labels).length === 0 ? told : { ...told, labels }, refused };
}

/** One of its own for every call, even of a single one: calls at the same time would overload the run's with listeners. */
function eitherOf(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length === 0 ? undefined : AbortSignal.any(given);
}
