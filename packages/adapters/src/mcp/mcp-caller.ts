import type { ServerContext } from '@modelcontextprotocol/server';
import { currentCall, toolCallIdOf, type Caller } from '@enforcecore/core';
import type { TextCleaner } from '../shared/text-cleaner.js';

/**
 * Who makes a request: the transport's session, and of a verified token the client and the string `extra.tenant`. What a
 * client says of itself (its name, headers) is not asked: it could say anything.
 */
export function seenCaller(context: ServerContext): Caller {
  const { id } = context.mcpReq;
  const token = context.http?.authInfo;
  const tenant = token?.extra?.['tenant'];
  return {
    signal: context.mcpReq.signal,
    session: context.sessionId,
    agent: token?.clientId,
    tenant: typeof tenant === 'string' ? tenant : undefined,
    toolCallId: toolCallIdOf(typeof id === 'number' ? String(id) : id),
  };
}

/** The same context for the code inside the call: it is told when the call's time is over, and gets a user's answers cleaned. */
export async function insideCall(context: ServerContext, cleaner: TextCleaner): Promise<ServerContext> {
  const { inputResponses, ...mcpReq } = context.mcpReq;
  const signal = currentCall()?.signal ?? mcpReq.signal;
  if (inputResponses === undefined) return { ...context, mcpReq: { ...mcpReq, signal } };
  return { ...context, mcpReq: { ...mcpReq, signal, inputResponses: await cleaner.clean(inputResponses) } };
}
