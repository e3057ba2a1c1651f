import type { Caller } from '@enforcecore/core';
import type { ExecutionContext } from '@nestjs/common';

/**
 * Says on whose behalf the calls of a request, a message or a GraphQL operation are made. Asked after the guards, so what
 * they found out (`request.user`) is there. What it throws ends the request before its handler runs.
 */
export type CallerResolver = (context: ExecutionContext) => Caller | Promise<Caller>;

/** Injects and replaces the resolver: `services: [{ provide: CallerResolver, useFactory: (jwt: Jwt) => …, inject: [Jwt] }]`. */
export const CallerResolver = Symbol.for('@enforcecore/nestjs/CallerResolver');
