import type { ServerContext } from '@modelcontextprotocol/server';
import { currentCall, type Caller } from '@enforcecore/core';
import { joined } from '../shared/gate.js';
import type { McpOptions } from './mcp-options.js';

/**
 * Who makes a request: the transport's session, and of a verified token the client and the string `extra.tenant`. What a
 * client says of itself (its name, headers) is not asked: it could say anything.
 */
export function callerOf(context: ServerContext, options: Pick<McpOptions, 'callerOf'> = {}): Caller {
  const token = context.http?.authInfo;
  const tenant = token?.extra?.['tenant'];
  const seen: Caller = {
    signal: context.mcpReq.signal,
    session: context.sessionId,
    agent: token?.clientId,
    tenant: typeof tenant === 'string' ? tenant : undefined,
    toolCallId: plainId(context.mcpReq.id),
  };
  return joined(seen, options.callerOf?.(context));
}

/** The same context for the code inside the call: it is also told when the call's time is over. */
export function insideCall(context: ServerContext): ServerContext {
  const signal = currentCall()?.signal;
  return signal === undefined ? context : { ...context, mcpReq: { ...context.mcpReq, signal } };
}

/** The request's id as the trail can hold it. Clients may send any text as one; what is no plain id is left out. */
function plainId(id: unknown): string | undefined {
  const text = typeof id === 'number' ? String(id) : id;
  return typeof text === 'string' && /^[\x21-\x7e]{1,256}$/.test(text) ? text : undefined;
}
