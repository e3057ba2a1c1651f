import { InvalidInputError, toolCallIdOf, type Caller } from '@enforcecore/core';

/** What a run tells of itself, as LangChain and LangGraph pass it on: `RunnableConfig`, or a tool's runtime. */
export interface RunConfig {
  readonly configurable?: Readonly<Record<string, unknown>> | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly runId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * On whose behalf a run calls: the thread is the session, the agent's name the agent, the run's signal ends the call. No tenant:
 * `configurable` may hold what a client sent, so who the tenant is says the application, by `caller`.
 */
export function callerOf(config: RunConfig, toolCallId?: string): Caller {
  const { configurable, metadata, tags, runId, signal } = config;
  const labels = { ...label('run_id', runId), ...label('node', metadata?.['langgraph_node']), ...label('tags', tags?.join(',')) };
  return {
    session: text(configurable?.['thread_id']),
    agent: text(metadata?.['lc_agent_name']),
    toolCallId: toolCallIdOf(toolCallId),
    signal: signalOf(signal),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
  };
}

/** What looks like a signal and could end no call costs the call, and not its entry. */
function signalOf(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal === null || signal instanceof AbortSignal) return signal ?? undefined;
  return AbortSignal.abort(new InvalidInputError('the run’s config has a signal that is no AbortSignal; leave it out, or give one'));
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What is too long for a label is no reason to block a call that nobody asked to be labelled. */
function label(key: string, value: unknown): Readonly<Record<string, string>> {
  const short = text(value);
  return short !== undefined && short.length <= 256 && short.isWellFormed() ? { [key]: short } : {};
}
