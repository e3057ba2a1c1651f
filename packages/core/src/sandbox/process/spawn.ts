import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { runOutside } from '../../call.js';
import { asSandboxError } from './checked-spec.js';
import { inheritedFds } from './inherited-fds.js';
import type { StartedProcess } from './process-child.js';

export interface StartOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** So many, from file descriptor 3 on. */
  readonly pipes: number;
}

/**
 * Starts a command as the leader of a group of its own, without input, with pipes for what it writes and further ones.
 * Belongs to no call: what a tool may not start, the launcher of its child may.
 *
 * @throws SandboxError when it cannot be started.
 */
export async function start(command: readonly string[], options: StartOptions): Promise<StartedProcess> {
  try {
    const started = spawned(command, options);
    if (started.pid === undefined) {
      const [error] = (await once(started, 'error')) as [Error];
      throw error;
    }
    return started as StartedProcess; // its standard streams are the pipes that were asked for
  } catch (error) {
    throw asSandboxError(error);
  }
}

function spawned([program = '', ...args]: readonly string[], { cwd, env, pipes }: StartOptions): ChildProcess {
  const nothing = openSync(devNull, 'r');
  try {
    const stdio = stdioOf(pipes, nothing);
    return runOutside(() => spawn(program, args, { cwd, env: { ...env }, detached: process.platform !== 'win32', windowsHide: true, stdio }));
  } finally {
    closeSync(nothing);
  }
}

/** What this process was itself handed ends here: in its place, a child finds an empty file. */
function stdioOf(pipes: number, nothing: number): StdioOptions {
  const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', 'pipe', 'pipe', ...Array.from({ length: pipes }, () => 'pipe' as const)];
  for (const fd of inheritedFds()) {
    if (fd <= 2 + pipes) continue;
    while (stdio.length < fd) stdio.push('ignore');
    stdio[fd] = nothing;
  }
  return stdio;
}
