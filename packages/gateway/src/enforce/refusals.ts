import { EnforceCoreError } from '@enforcecore/core';
import { refusalOf, type Refusal } from '@enforcecore/core/tools';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { UpstreamRefusal } from '../upstream/upstream-errors.js';

/** Where a result says in `_meta` why it is none: `{ code, mayHaveRun, retryAfterMs? }`. */
export const refusalKey = 'enforcecore/refusal';
/** JSON-RPC code of requests that enforcement refused; the data says why. */
export const refusedCode = -32_010;

type Answer = Readonly<Record<string, unknown>>;

/** What a client's model gets in place of a tool's result. `wasAsked`: whether the server had been asked for it. */
export function refusedResult(error: unknown, wasAsked: boolean): Answer {
  const refusal = refusalOf(error);
  if (refusal !== undefined) return failed(refusal.message, told({ ...refusal, mayHaveRun: refusal.mayHaveRun && wasAsked }));
  // The tool's own words, cleaned on their way through the pipeline.
  if (error instanceof UpstreamRefusal) return failed(error.message, { code: 'TOOL_ERROR', mayHaveRun: true, rpcCode: error.rpcCode });
  return failed('the call failed', { code: 'TOOL_ERROR', mayHaveRun: wasAsked });
}

/** The same for methods whose results cannot be errors. */
export function refusedRequest(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const refusal = refusalOf(error);
  if (refusal !== undefined) return new ProtocolError(refusedCode, refusal.message, told(refusal));
  if (error instanceof UpstreamRefusal) return new ProtocolError(error.rpcCode, error.message);
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

function told({ code, mayHaveRun, retryAfterMs }: Refusal): Answer {
  return { code, mayHaveRun, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
