import type { Redactor } from '@enforcecore/redact';
import type { LoggerOptions } from 'pino';
import { cleanLine } from './clean-line.js';

// #region pino
/** Cleans what pino is about to write: messages, objects, bindings of children, and what serialisers made of errors and requests. */
export function cleanPino(redactor: Redactor): LoggerOptions {
  return { hooks: { streamWrite: (line) => cleanLine(line, redactor) } };
}
// #endregion pino
