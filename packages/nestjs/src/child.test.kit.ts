import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Kit {
  readonly child: ChildProcess;
  /** What it printed first. */
  readonly url: string;
  /** Resolves when so many lines have been printed, the first among them. */
  printed(count: number): Promise<void>;
  /** Asks it to end, and tells how it ended. */
  end(): Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** Starts a compiled kit as a process of its own, as production code is run, and waits for its first line. */
export async function startKit(file: string, args: readonly string[] = []): Promise<Kit> {
  const path = fileURLToPath(new URL(`../dist/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const printed = async (count: number): Promise<void> => {
    while (lines.length < count) await Promise.race([once(reader, 'line'), ended.then(([code]) => Promise.reject(new Error(`${file} ended with ${String(code)}`)))]);
  };
  await printed(1);
  return {
    child,
    url: lines[0] ?? '',
    printed,
    end: async () => {
      child.kill('SIGTERM');
      const [code, signal] = await ended;
      return { code, signal };
    },
  };
}
