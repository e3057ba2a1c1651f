import { CancelledError } from '@enforcecore/core';
import type { ExecutionContext } from '@nestjs/common';
import type { EventEmitter } from 'node:events';

/** As much of a response as tells whether it was sent to its end. */
interface Response extends EventEmitter {
  readonly writableFinished: boolean;
}

/** Aborted when the client goes away before its response is complete; `undefined` where there is no response to watch. */
export function disconnectSignal(context: ExecutionContext): AbortSignal | undefined {
  const response = responseOf(context);
  if (response === undefined) return undefined;
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new CancelledError('the client of the request has gone away'));
  });
  return controller.signal;
}

/** Express hands over Node's response, Fastify a reply that holds it; of GraphQL servers, Mercurius a reply, Apollo `res`. */
function responseOf(context: ExecutionContext): Response | undefined {
  switch (context.getType<string>()) {
    case 'http':
      return asResponse(context.switchToHttp().getResponse());
    case 'graphql': {
      const operation: unknown = context.getArgByIndex(2);
      return asResponse(property(operation, 'reply')) ?? asResponse(property(operation, 'res'));
    }
    default:
      return undefined;
  }
}

function asResponse(given: unknown): Response | undefined {
  const raw = property(given, 'raw') ?? given;
  // Looked at property by property: every server has its own class.
  return typeof property(raw, 'once') === 'function' && typeof property(raw, 'writableFinished') === 'boolean' ? (raw as Response) : undefined;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}
