import { CommanderError } from 'commander';
import { inspect } from 'node:util';
import { CliError } from './errors.js';
import type { Io } from './io.js';
import { processIo } from './process-io.js';
import { buildProgram } from './program.js';
import { Session, type ExitCode } from './session.js';

/**
 * Runs the command line in this process: `argv` without the program's own name. Resolves to the exit code and never
 * rejects; what went wrong has been said on standard error.
 */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<ExitCode> {
  const session = new Session(io);
  try {
    try {
      await buildProgram(session).parseAsync([...argv], { from: 'user' });
    } finally {
      await session.flush();
    }
  } catch (error) {
    await report(session, error);
  }
  return session.exitCode;
}

async function report(session: Session, error: unknown): Promise<void> {
  if (error instanceof CliError && error.code === 'OUTPUT_CLOSED') return;
  try {
    if (error instanceof CommanderError) {
      // Help and version end the parser by an error too.
      if (error.exitCode !== 0) session.raise(2);
      return;
    }
    session.raise(2);
    await session.complain(messageOf(error));
    if ((session.io.env['DEBUG'] ?? '') !== '') await session.io.stderr.write(`${inspect(error)}\n`);
  } catch {
    // Nobody reads standard error, so there is nobody left to tell; the exit code says it.
  }
}

/** Typed errors of this family are written for people; anything else is a fault of this program. */
function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error) || typeof error.message !== 'string') {
    return 'unexpected failure; set DEBUG=1 to see more';
  }
  const isTyped = 'code' in error && 'name' in error && ['CliError', 'TrailError', 'RedactError'].includes(String(error.name));
  const isCore = Symbol.for('@enforcecore/core/error') in error; // its brand: core itself is not loaded by every command
  return isTyped || isCore ? error.message : `unexpected failure: ${error.message}; set DEBUG=1 for the stack trace`;
}
