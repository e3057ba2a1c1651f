import type { Caller } from '@enforcecore/core';
import { plainId } from '../shared/plain-id.js';
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
  const resource = textIn(facts.resourceId);
  return {
    signal: context.abortSignal,
    agent: textIn(facts.agentId) ?? textIn(facts.workflowId),
    session: textIn(facts.threadId) ?? textIn(facts.runId),
    tenant: tenantOf(context),
    toolCallId: plainId(facts.toolCallId),
    ...(resource === undefined ? {} : { labels: { resource } }),
  };
}

function tenantOf({ requestContext }: MastraContext): string | undefined {
  // Somebody who calls a tool by hand may give anything.
  return requestContext !== undefined && 'get' in requestContext ? textIn(requestContext.get('tenant')) : undefined;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
