import { afterEach } from '@jest/globals';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(dirname(fileURLToPath(import.meta.url)), '../dist/main.js');

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The compiled command in a process of its own. */
export class Child {
  out = '';
  err = '';
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    if (!existsSync(main)) throw new Error('dist/main.js is missing: these tests start the compiled command; run npm run build first');
    this.#process = spawn(process.execPath, [main, ...args], { env: { PATH: process.env['PATH'], ...env } });
    this.#process.stdout.on('data', (piece: Buffer) => { this.out += piece.toString(); this.#tell(); });
    this.#process.stderr.on('data', (piece: Buffer) => { this.err += piece.toString(); this.#tell(); });
    this.#process.stdin.on('error', () => undefined);
    this.#process.stdin.end();
    this.ended = new Promise((resolve, reject) => {
      this.#process.on('error', reject);
      this.#process.on('close', (code, signal) => {
        this.#tell();
        resolve({ code, signal, out: this.out, err: this.err });
      });
    });
  }

  /** Resolves as soon as this holds; rejects when the process ended before. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (holds()) resolve();
        else if (this.#process.exitCode !== null || this.#process.signalCode !== null) reject(new Error(`ended: ${this.out}${this.err}`));
        else return;
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  lines(): string[] {
    return this.out.split('\n').slice(0, -1);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Nobody reads standard output any more. */
  closeOutput(): void {
    this.#process.stdout.destroy();
  }

  #tell(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** Gives what starts a process that is gone when its test is over, however that ended. */
export function startedForATest(): (args: readonly string[]) => Child {
  const children: Child[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
      await child.ended;
    }
  });
  return (args) => {
    const child = new Child(args);
    children.push(child);
    return child;
  };
}
