import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Kit {
  readonly child: ChildProcess;
  /** What it printed first. */
  readonly url: string;
  /** Asks it to end, and tells how it ended. */
  end(): Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** Starts a compiled kit as a process of its own, as production code is run, and waits for its first line. */
export async function startKit(file: string, args: readonly string[] = []): Promise<Kit> {
  const path = fileURLToPath(new URL(`../dist/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const lines = createInterface({ input: child.stdout });
  const first = (await Promise.race([once(lines, 'line'), ended.then(([code]) => [`ended with ${String(code)}`])])) as [string];
  return {
    child,
    url: first[0],
    end: async () => {
      child.kill('SIGTERM');
      const [code, signal] = await ended;
      return { code, signal };
    },
  };
}
