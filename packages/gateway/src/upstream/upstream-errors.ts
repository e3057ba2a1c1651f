import { EnforceCoreError } from '@enforcecore/core';
import { ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { unusableAnswer } from './wire-message.js';

/** What an upstream server itself answered with. Its words are cleaned on the way to the client, as a result is. */
export class UpstreamRefusal extends Error {
  override name = 'UpstreamRefusal';
  /** The server's JSON-RPC code. */
  readonly rpcCode: number;
  constructor(rpcCode: number, message: string) {
    super(message);
    this.rpcCode = rpcCode;
  }
}

/** What became of a request: the server's own error, or what went wrong on the way, in words of ours. */
export function upstreamError(name: string, method: string, error: unknown): Error {
  if (EnforceCoreError.is(error)) return error;
  if (error instanceof ProtocolError) {
    if (error.code === unusableAnswer) return gatewayError(`upstream "${name}" answered ${method} with something unusable: ${error.message}`);
    return new UpstreamRefusal(error.code, error.message);
  }
  if (error instanceof SdkError) {
    switch (error.code) {
      case SdkErrorCode.ConnectionClosed:
      case SdkErrorCode.NotConnected:
        return gatewayError(`upstream "${name}" went away while it was asked for ${method}; it is started again when it is needed`, error);
      case SdkErrorCode.RequestTimeout:
        return gatewayError(`upstream "${name}" did not answer ${method} in time`, error);
      default:
        return gatewayError(`upstream "${name}" gave no usable answer to ${method}`, error);
    }
  }
  return gatewayError(`upstream "${name}" could not be asked for ${method}`, error);
}

export function gatewayError(message: string, cause?: unknown): EnforceCoreError {
  return new EnforceCoreError('GATEWAY', message, cause === undefined ? {} : { cause });
}
