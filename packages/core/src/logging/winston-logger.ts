import winston from 'winston';
import type { LogFields, Logger, LogLevel } from './logger.js';

export interface WinstonLoggerOptions {
  /** Lowest level that is written. `undefined` writes nothing: a library is silent until asked. */
  readonly level: LogLevel | undefined;
  /** Where lines go; standard error by default, so that a command's output stays clean. */
  readonly stream?: NodeJS.WritableStream;
}

/** One JSON object a line: level, message, timestamp and the fields. */
export class WinstonLogger implements Logger {
  readonly #logger: winston.Logger | undefined;

  constructor({ level, stream = process.stderr }: WinstonLoggerOptions) {
    if (level === undefined) return;
    this.#logger = winston.createLogger({
      level,
      format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
      transports: [new winston.transports.Stream({ stream })],
    });
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.#logger?.log(level, message, fields);
  }
}
