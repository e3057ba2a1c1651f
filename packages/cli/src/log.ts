import { CliError } from './errors.js';
import type { Io } from './io.js';
import { jsonText } from './render/json-text.js';

const levels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** What the command does, one JSON object a line on standard error. Silent until asked, and never given what it reads. */
export class Log {
  readonly #io: Io;
  readonly #from: number;

  /** @throws CliError `USAGE` for a level that is none. */
  constructor(io: Io, verbose: boolean) {
    this.#io = io;
    const asked = levelOf(io.env['ENFORCECORE_LOG_LEVEL']);
    this.#from = asked ?? (verbose ? levels.indexOf('info') : levels.length);
    if (verbose) this.#from = Math.min(this.#from, levels.indexOf('info'));
  }

  async write(level: LogLevel, message: string, fields: LogFields = {}): Promise<void> {
    if (levels.indexOf(level) < this.#from) return;
    await this.#io.stderr.write(`${jsonText({ level, message, ...fields, timestamp: this.#io.now().toISOString() })}\n`);
  }
}

function levelOf(given: string | undefined): number | undefined {
  const word = given?.trim().toLowerCase() ?? '';
  if (word === '') return undefined;
  const level = levels.findIndex((name) => name === ({ warning: 'warn', critical: 'error' }[word] ?? word));
  if (level < 0) throw new CliError('USAGE', 'ENFORCECORE_LOG_LEVEL must be debug, info, warn or error');
  return level;
}
