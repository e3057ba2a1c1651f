import { EnforceCoreError } from '@enforcecore/core';
import { refusalOf, type Refusal } from '@enforcecore/core/tools';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { UpstreamRefusal } from '../upstream/upstream-errors.js';
import { refusedCode } from '../upstream/wire-message.js';
import { FailedRequest } from './failed-request.js';

/** Where a result says in `_meta` why it is none: `{ code, mayHaveRun, retryAfterMs? }`. */
export const refusalKey = 'enforcecore/refusal';

type Answer = Readonly<Record<string, unknown>>;

/** What a client's model gets in place of a tool's result. */
export function refusedResult(error: unknown): Answer {
  const { cause, wasAsked } = FailedRequest.of(error);
  const refusal = refusalOf(cause);
  if (refusal !== undefined) return failed(refusal.message, told(refusal, wasAsked));
  // The tool's own words, cleaned on their way through the pipeline.
  if (cause instanceof UpstreamRefusal) return failed(cause.message, { code: 'TOOL_ERROR', mayHaveRun: true, rpcCode: cause.rpcCode });
  return failed('the call failed', { code: 'TOOL_ERROR', mayHaveRun: wasAsked });
}

/** The same for methods whose results cannot be errors. */
export function refusedRequest(error: unknown): ProtocolError {
  const { cause, wasAsked } = FailedRequest.of(error);
  if (cause instanceof ProtocolError) return cause;
  const refusal = refusalOf(cause);
  if (refusal !== undefined) return new ProtocolError(refusedCode, refusal.message, told(refusal, wasAsked));
  if (cause instanceof UpstreamRefusal) return new ProtocolError(cause.rpcCode, cause.message);
  return new ProtocolError(ProtocolErrorCode.InternalError, 'the request failed');
}

export function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

/** Said in place of a result that is not what the protocol says it must be. */
export function malformed(method: string): EnforceCoreError {
  return new EnforceCoreError('OUTPUT_INVALID', `the answer to ${method} is withheld: it is not what the protocol expects`);
}

function failed(text: string, refusal: Answer): Answer {
  return { content: [{ type: 'text', text }], isError: true, _meta: { [refusalKey]: refusal } };
}

function told({ code, mayHaveRun, retryAfterMs }: Refusal, wasAsked: boolean): Answer {
  return { code, mayHaveRun: mayHaveRun && wasAsked, ...(retryAfterMs !== undefined && { retryAfterMs: Math.ceil(retryAfterMs) }) };
}
