import { currentCall, Enforce, enforce } from '@enforcecore/core';
import { setTimeout as sleep } from 'node:timers/promises';

// #region class
export class Documents {
  /** Runs where the policy says: in this process, a worker, a process of its own. */
  @Enforce({ sandbox: { module: import.meta.url } })
  async convert(args: { text: string }): Promise<{ words: number; thread: string }> {
    const words = args.text.split(/\s+/).length;
    return Promise.resolve({ words, thread: await threadName() });
  }

  @Enforce({ sandbox: { module: import.meta.url } })
  async *pages(args: { count: number }): AsyncGenerator<string> {
    for (let page = 1; page <= args.count; page += 1) {
      await sleep(1);
      yield `page ${String(page)}`;
    }
  }
}
// #endregion class

// #region function
/** Never runs inside the process, whatever the policy says: its author wants at least a worker. */
export const count_down = enforce(
  async function count_down(from: number) {
    for (let left = from; left !== 0; left -= 1) if (left % 1_000_000 === 0) await Promise.resolve();
    return 'done';
  },
  { sandbox: { level: 'worker', module: import.meta.url } },
);
// #endregion function

// #region signal
export const wait_for_signal = enforce(
  async function wait_for_signal() {
    try {
      await sleep(60_000, undefined, { signal: currentCall()?.signal });
    } catch {
      console.log('put things right here'); // a moment is left for it, then the worker is ended
    }
  },
  { sandbox: { level: 'worker', module: import.meta.url } },
);
// #endregion signal

async function threadName(): Promise<string> {
  const { isMainThread } = await import('node:worker_threads');
  return isMainThread ? 'the main thread' : 'a worker';
}
