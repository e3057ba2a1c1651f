import { toolCallIdOf, type Caller } from '@enforcecore/core';
import type { MastraContext } from './mastra-options.js';

/** The facts of a run: a hook gets them side by side, a tool gets them by who runs it. */
interface Facts {
  readonly agentId?: unknown;
  readonly toolCallId?: unknown;
  readonly threadId?: unknown;
  readonly resourceId?: unknown;
  readonly runId?: unknown;
  readonly workflowId?: unknown;
}

/**
 * Who makes a call: the agent (or workflow), the thread (or run) as its session, and `tenant` of the request context, which
 * the application's server sets. The resource, Mastra's name for the user, is a label.
 */
export function seenCaller(context: MastraContext): Caller {
  const facts: Facts = { ...(context as Facts), ...context.workflow, ...context.agent }; // asked for one by one below
  const memory = memoryOf(context);
  const resource = textIn(facts.resourceId) ?? memory.resource;
  return {
    signal: context.abortSignal,
    agent: textIn(facts.agentId) ?? textIn(facts.workflowId),
    session: textIn(facts.threadId) ?? memory.thread ?? textIn(facts.runId),
    tenant: textIn(requestOf(context, 'tenant')),
    toolCallId: toolCallIdOf(facts.toolCallId),
    ...(resource === undefined ? {} : { labels: { resource } }),
  };
}

/** Hooks are not told of thread and resource; the request context has them where a server or the agent's memory put them. */
function memoryOf(context: MastraContext): { readonly thread: string | undefined; readonly resource: string | undefined } {
  const { thread, resourceId } = (requestOf(context, 'MastraMemory') ?? {}) as { readonly thread?: { readonly id?: unknown } | null; readonly resourceId?: unknown }; // each is asked for
  return {
    thread: textIn(requestOf(context, 'mastra__threadId')) ?? textIn(thread?.id),
    resource: textIn(requestOf(context, 'mastra__resourceId')) ?? textIn(resourceId),
  };
}

function requestOf({ requestContext }: MastraContext, key: string): unknown {
  // Somebody who calls a tool by hand may give anything.
  return requestContext !== undefined && 'get' in requestContext ? requestContext.get(key) : undefined;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
