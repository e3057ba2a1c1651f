import { currentCall, type Caller } from '@enforcecore/core';
import { joined } from '../shared/gate.js';
import type { MastraContext, MastraOptions } from './mastra-options.js';

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
export function callerOf(context: MastraContext | undefined, options: Pick<MastraOptions, 'callerOf'> = {}): Caller {
  if (context === undefined) return {};
  const facts: Facts = { ...(context as Facts), ...context.workflow, ...context.agent }; // asked for one by one below
  const resource = textIn(facts.resourceId);
  const seen: Caller = {
    signal: context.abortSignal,
    agent: textIn(facts.agentId) ?? textIn(facts.workflowId),
    session: textIn(facts.threadId) ?? textIn(facts.runId),
    tenant: tenantOf(context),
    toolCallId: plainId(facts.toolCallId),
    ...(resource === undefined ? {} : { labels: { resource } }),
  };
  return joined(seen, options.callerOf?.(context));
}

/** Tells the code inside when the call's time is over. The context is the call's own, and Mastra knows it by identity, so it is no copy. */
export function tellSignal(context: MastraContext | undefined): void {
  const signal = currentCall()?.signal;
  if (context !== undefined && signal !== undefined && Object.isExtensible(context)) Reflect.set(context, 'abortSignal', signal);
}

function tenantOf({ requestContext }: MastraContext): string | undefined {
  // Somebody who calls a tool by hand may give anything.
  return requestContext !== undefined && 'get' in requestContext ? textIn(requestContext.get('tenant')) : undefined;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A model's id for its call as the trail can hold it; what is no plain id is left out. */
function plainId(id: unknown): string | undefined {
  return typeof id === 'string' && /^[\x21-\x7e]{1,256}$/.test(id) ? id : undefined;
}
