import type { LogFields, Logger, LogLevel } from './logger.js';

/** Logs where a logger that fails must not change what happens next: beside calls, and after them. */
export function logQuietly(logger: Logger, level: LogLevel, message: string, fields?: LogFields): void {
  try {
    logger.log(level, message, fields);
  } catch {
    // Safe to go on: diagnostics decide nothing, and there is nowhere left to complain.
  }
}
