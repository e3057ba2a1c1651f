import type { Io, Output } from './io.js';
import { Log } from './log.js';
import { prettyJson } from './render/json-text.js';
import { painterFor, type Painter } from './render/painter.js';
import { plainLines } from './render/plain-text.js';

/** 0: done, nothing to report. 1: something was found, refused or does not hold. 2: asked wrongly, or unusable input. */
export type ExitCode = 0 | 1 | 2;

/** Options that every command has. */
export interface CommonFlags {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** One run of the command line: where it reads and writes, and what it has come to so far. */
export class Session {
  readonly io: Io;
  readonly paint: Painter;
  readonly paintError: Painter;
  #exitCode: ExitCode = 0;
  #log: Log | undefined;
  readonly #later: [Output, string][] = [];

  constructor(io: Io) {
    this.io = io;
    this.paint = painterFor(io.stdout, io.env);
    this.paintError = painterFor(io.stderr, io.env);
  }

  get exitCode(): ExitCode {
    return this.#exitCode;
  }

  get log(): Log {
    this.#log ??= new Log(this.io, false);
    return this.#log;
  }

  /** The worst thing that happened decides. */
  raise(code: ExitCode): void {
    if (code > this.#exitCode) this.#exitCode = code;
  }

  /** For the parser of the command line, which cannot wait: written by `flush`. */
  later(output: Output, text: string): void {
    this.#later.push([output, text]);
  }

  async flush(): Promise<void> {
    for (const [output, text] of this.#later.splice(0)) await output.write(text);
  }

  print(text: string): Promise<void> {
    return this.io.stdout.write(text);
  }

  printJson(value: unknown): Promise<void> {
    return this.io.stdout.write(`${prettyJson(value)}\n`);
  }

  /** One line for a person, beside the output: a summary, or what was passed over. */
  note(text: string): Promise<void> {
    return this.io.stderr.write(`${text}\n`);
  }

  async complain(message: string): Promise<void> {
    await this.io.stderr.write(`${this.paintError('red', 'enforcecore:')} ${plainLines(message)}\n`);
  }

  /** Runs a command between two log lines. */
  async run(command: string, { verbose = false }: CommonFlags, body: () => Promise<void>): Promise<void> {
    this.#log = new Log(this.io, verbose);
    const startedAt = this.io.monotonicMs();
    await this.log.write('info', 'command started', { command });
    try {
      await body();
    } finally {
      const durationMs = Math.round(this.io.monotonicMs() - startedAt);
      await this.log.write('info', 'command ended', { command, exitCode: this.#exitCode, durationMs });
    }
  }
}
