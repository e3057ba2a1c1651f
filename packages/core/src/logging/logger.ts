import { token } from '../container/token.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Diagnostics for operators. Not the audit trail, and never given raw arguments or results. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

export const Logger = token<Logger>('Logger');
