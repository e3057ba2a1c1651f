import { CancelledError } from '@enforcecore/core';
import type { ExecutionContext } from '@nestjs/common';
import { setMaxListeners, type EventEmitter } from 'node:events';
import { property } from './property.js';

/** As much of a response as tells whether it was sent to its end. */
interface Response extends EventEmitter {
  readonly writableFinished: boolean;
  readonly destroyed?: boolean;
  /** Of HTTP/2, where a stream that was reset counts as finished. */
  readonly aborted?: boolean;
}

/** One for each response: the resolvers of a GraphQL operation are many, and their response is one. */
const signals = new WeakMap<Response, AbortSignal>();

/** Aborted when the client goes away before its response is complete; `undefined` where there is no response to watch. */
export function disconnectSignal(context: ExecutionContext): AbortSignal | undefined {
  const response = responseOf(context);
  if (response === undefined) return undefined;
  const known = signals.get(response) ?? watched(response);
  signals.set(response, known);
  return known;
}

function watched(response: Response): AbortSignal {
  const controller = new AbortController();
  // Every call of the request listens while it runs, and there may be many at a time.
  setMaxListeners(0, controller.signal);
  const onClose = (): void => {
    if (!response.writableFinished || response.aborted === true) controller.abort(new CancelledError('the client of the request has gone away'));
  };
  // It may have gone while guards and the resolver of the caller were at work: nothing tells of that any more.
  if (response.destroyed === true) onClose();
  else response.once('close', onClose);
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
  // Looked at property by property: every server has its own class. Over HTTP/2 it is the response's stream that knows.
  const known = [property(raw, 'stream'), raw].find((one) => typeof property(one, 'once') === 'function' && typeof property(one, 'writableFinished') === 'boolean');
  return known as Response | undefined; // seen just now
}

/** Aborted when either is. */
export function either(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const signal = AbortSignal.any([a, b]);
  setMaxListeners(0, signal);
  return signal;
}
