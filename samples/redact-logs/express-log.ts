import type { Redactor } from '@enforcecore/redact';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { entryLine, partsOf } from './request-entry.js';

// #region express
/** The same for Express 4 and 5, whose requests and responses are those of Node. Put it behind `express.json()`. */
export function expressLog(redactor: Redactor, write: (line: string) => void) {
  return (request: IncomingMessage & { readonly body?: unknown; readonly originalUrl?: string }, response: ServerResponse, next: () => void): void => {
    const { method = '', url = '', originalUrl = url, headers, body } = request;
    response.once('finish', () => {
      write(entryLine({ method, ...partsOf(originalUrl), status: response.statusCode, headers, body }, redactor));
    });
    next();
  };
}
// #endregion express
