import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runOutside } from '../../call.js';
import { SandboxError } from '../sandbox-errors.js';
import type { StartedProcess } from './process-child.js';

/**
 * Starts a command as the leader of a group of its own, without input, with pipes for what it writes and further ones from
 * file descriptor 3 on. Belongs to no call: what a tool may not start, the launcher of its child may.
 */
export async function start([program = '', ...args]: readonly string[], options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly pipes: number }): Promise<StartedProcess> {
  const { cwd, env, pipes } = options;
  const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe', ...Array.from({ length: pipes }, () => 'pipe' as const)];
  const started = runOutside(() => spawn(program, args, { cwd, env: { ...env }, detached: process.platform !== 'win32', windowsHide: true, stdio }));
  // Its standard streams are as asked for in the line above.
  if (started.pid !== undefined) return started as StartedProcess;
  const [error] = (await once(started, 'error')) as [NodeJS.ErrnoException]; // `error` is what it emits
  throw new SandboxError(`a sandbox process could not be started (${error.code ?? error.name})`, { cause: error });
}
