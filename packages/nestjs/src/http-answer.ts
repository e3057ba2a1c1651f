import type { HttpAdapterHost } from '@nestjs/core';
import { retryAfterSeconds, type Problem } from './problem.js';
import { property } from './property.js';

/** Sends a problem where nothing was sent yet. */
export function answerWith(problem: Problem, httpAdapter: HttpAdapterHost['httpAdapter'], response: unknown): void {
  const seconds = retryAfterSeconds(problem);
  if (seconds !== undefined) httpAdapter.setHeader(response, 'Retry-After', String(seconds));
  // The headers of the route are those of the answer that it did not give.
  for (const header of ['Content-Disposition', 'Content-Length']) drop(response, header);
  httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
  httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
  httpAdapter.reply(response, problem, problem.status);
}

/** Half an answer is out. Ended properly it would be taken for a whole one, so its connection goes. */
export function cutOff(response: unknown): void {
  const raw = property(response, 'raw') ?? response;
  const destroy: unknown = property(raw, 'destroy');
  if (typeof destroy === 'function') Reflect.apply(destroy, raw, []);
}

function drop(response: unknown, header: string): void {
  const remove = property(response, 'removeHeader');
  if (typeof remove === 'function') Reflect.apply(remove, response, [header]);
}
