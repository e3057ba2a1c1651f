import { EnforceCoreError } from '@enforcecore/core';
import { refusalOf, type Refusal, refusalText } from '@enforcecore/core/tools';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { UpstreamRefusal } from '../upstream/upstream-errors.js';
import { refusedCode } from '../upstream/wire-message.js';
import { FailedRequest } from './failed-request.js';

/** Where a result says in `_meta` why it is none: `{ code, mayHaveRun, retryAfterMs? }`; as the enforced servers of the adapters do. */
export const refusalKey = 'enforcecore.dev/refusal';

type Answer = Readonly<Record<string, unknown>>;

/** What a client's model gets in place of a tool's result. */
export function refusedResult(error: unknown): Answer {
  const { cause, wasAsked } = FailedRequest.of(error);
  const refusal = refusalFrom(cause, wasAsked);
  if (refusal !== undefined) return failed(refusalText(refusal), told(refusal));
  // The tool's own words, cleaned on their way through the pipeline.
  if (cause instanceof UpstreamRefusal) return failed(cause.message, { code: 'TOOL_ERROR', mayHaveRun: true, rpcCode: cause.rpcCode });
  return failed(refusalText({ message: 'the call failed', mayHaveRun: wasAsked }), { code: 'TOOL_ERROR', mayHaveRun: wasAsked });
}

/** The same for methods whose results cannot be errors. */
export function refusedRequest(error: unknown): ProtocolError {
  const { cause, wasAsked } = FailedRequest.of(error);
  if (cause instanceof ProtocolError) return cause;
  const refusal = refusalFrom(cause, wasAsked);
  if (refusal !== undefined) return new ProtocolError(refusedCode, refusal.message, told(refusal));
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

/** What was not asked for by then did not run, whatever ended the call. */
function refusalFrom(cause: unknown, wasAsked: boolean): Refusal | undefined {
  const refusal = refusalOf(cause);
  return refusal && { ...refusal, mayHaveRun: refusal.mayHaveRun && wasAsked };
}

function told({ code, mayHaveRun, retryAfterMs }: Refusal): Answer {
  return { code, mayHaveRun, ...(retryAfterMs !== undefined && { retryAfterMs: Math.ceil(retryAfterMs) }) };
}
