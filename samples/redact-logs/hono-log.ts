import type { Redactor } from '@enforcecore/redact';
import type { HonoRequest, MiddlewareHandler } from 'hono';
import { entryLine } from './request-entry.js';

// #region hono
/** Writes one cleaned line for each request. */
export function honoLog(redactor: Redactor, write: (line: string) => void): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    const body = await bodyOf(req);
    await next();
    write(entryLine({ method: req.method, path: req.path, query: req.query(), status: context.res.status, headers: req.header(), body }, redactor));
  };
}

/** Hono keeps what it has read, so the handler can ask for it again. */
async function bodyOf(request: HonoRequest): Promise<unknown> {
  if (request.header('content-type')?.startsWith('application/json') !== true) return undefined;
  return request.json().catch(() => '(no JSON)');
}
// #endregion hono
