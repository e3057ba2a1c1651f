import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import type { StartedProcess } from '../process/process-child.js';
import { vitalsOf } from '../process/vitals.js';

/** Where bubblewrap writes it: behind the pipe for messages. */
export const newsFd = 4;

/** What bubblewrap says of the processes that it started: the first of them, and below it Node. */
export class News {
  #text = '';

  constructor(started: StartedProcess) {
    const news = started.stdio[newsFd] as unknown as Duplex; // asked for as a pipe
    news.on('data', (chunk: Buffer) => (this.#text = (this.#text + chunk.toString('latin1')).slice(0, 1_000)));
    news.on('error', () => undefined);
  }

  toolPid(): number | undefined {
    const first = this.#firstPid();
    if (first === undefined) return undefined;
    try {
      const pid = Number.parseInt(readFileSync(`/proc/${String(first)}/task/${String(first)}/children`, 'latin1'), 10);
      return Number.isNaN(pid) ? undefined : pid;
    } catch {
      return undefined;
    }
  }

  /** When the first process of a namespace is gone, the kernel has ended all others in it. */
  async gone(): Promise<void> {
    const first = this.#firstPid();
    for (let tries = 0; first !== undefined && vitalsOf(first) !== undefined && tries < 200; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #firstPid(): number | undefined {
    const pid = /"child-pid":\s*(\d+)/.exec(this.#text)?.[1];
    return pid === undefined ? undefined : Number(pid);
  }
}
