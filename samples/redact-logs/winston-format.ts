import { RedactError, redactValue, type Redactor } from '@enforcecore/redact';
import { types } from 'node:util';
import { format } from 'winston';

// #region winston
/** Cleans an entry before any other format sees it; one that cannot be cleaned is told without its contents. */
export const cleanWinston = format((info, options) => {
  const { redactor } = options as { readonly redactor: Redactor }; // winston types options as anything
  try {
    return redactValue(info, (text, name) => redactor.redact(text, name), { isOpaque: types.isProxy }).value as typeof info; // an object stays one
  } catch (error) {
    if (!(error instanceof RedactError)) throw error;
    return { ...symbolsOf(info), level: info.level, message: `an entry was withheld: ${error.code} at "${error.path}"` };
  }
});
// #endregion winston

/** winston keeps the level once more under a symbol, and finds its transports by it. */
function symbolsOf(info: object): Record<symbol, unknown> {
  const level = Symbol.for('level');
  return { [level]: (info as Record<symbol, unknown>)[level] }; // any object may be read by a symbol
}
