import { MessageChannel, Worker, type MessagePort, type ResourceLimits } from 'node:worker_threads';
import type { Child, ChildEnd, LaunchSpec } from './launcher.js';
import { defaultMaxOutputBytes } from './process/captured-output.js';
import { WorkerOutput } from './worker-output.js';

/**
 * A thread with a heap, an environment and a standard output of its own. Built on `node:worker_threads` and not on a pool
 * such as piscina: that one's tasks have one answer each, so a stream, a signal and a message that should not have come
 * have no place in it.
 */
export class WorkerChild implements Child {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #output: WorkerOutput;
  readonly #gone: Promise<void>;
  #onMessage: ((message: unknown) => void) | undefined;
  #onEnd: ((end: ChildEnd) => void) | undefined;
  #end: ChildEnd | undefined;
  #reason: Pick<ChildEnd, 'reason' | 'detail'> | undefined;

  constructor(entry: URL, spec: LaunchSpec, execArgv: readonly string[]) {
    const { port1, port2 } = new MessageChannel();
    const print = new MessageChannel();
    const maxOutputBytes = spec.rules.maxOutputBytes ?? defaultMaxOutputBytes;
    this.#port = port1;
    this.#worker = new Worker(entry, {
      workerData: { port: port2, print: print.port2, maxOutputBytes },
      transferList: [port2, print.port2],
      env: { ...spec.env },
      argv: [],
      execArgv: [...execArgv],
      // Never read: what is printed comes over a port, and what goes around that stays in the thread's heap.
      stdout: true,
      stderr: true,
      resourceLimits: heapOf(spec.rules.maxMemoryMb),
    });
    this.#output = new WorkerOutput(print.port1, maxOutputBytes);
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#ended(code);
        resolve();
      });
    });
    this.#listen();
  }

  get output(): Child['output'] {
    return this.#output.seen;
  }

  post(message: unknown): void {
    this.#port.postMessage(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
  }

  onEnd(listener: (end: ChildEnd) => void): void {
    this.#onEnd = listener;
    if (this.#end !== undefined) listener(this.#end);
  }

  /** An idle thread does not keep the process running. */
  setIdle(isIdle: boolean): void {
    if (isIdle) {
      this.#worker.unref();
      this.#port.unref();
    } else {
      this.#worker.ref();
      this.#port.ref();
    }
  }

  /** Milliseconds that the thread was busy since it started, also while it is in a loop: waiting in the kernel counts. */
  busyMs(): number {
    return this.#worker.performance.eventLoopUtilization().active;
  }

  async kill(): Promise<void> {
    this.#reason ??= { reason: 'killed', detail: 'it was ended' };
    // The process stays until the thread is gone.
    this.#worker.ref();
    void this.#worker.terminate();
    await this.#gone;
  }

  #listen(): void {
    this.#port.on('message', (message: unknown) => {
      this.#onMessage?.(message);
    });
    const garbage = (): void => {
      this.#reason ??= { reason: 'garbage', detail: 'it sent what no tool sends' };
      void this.#worker.terminate();
    };
    this.#port.on('messageerror', garbage);
    // Our runtime has a port of its own; what comes this way was sent by the tool's code.
    this.#worker.on('message', garbage);
    this.#worker.on('messageerror', garbage);
    this.#worker.on('error', (error: unknown) => {
      this.#reason ??= reasonOf(error);
    });
  }

  #ended(exitCode: number): void {
    this.#port.close();
    this.#end = { ...(this.#reason ?? { reason: 'exit', detail: `its thread ended with exit code ${String(exitCode)}` }), exitCode, signal: null };
    this.#onEnd?.(this.#end);
  }
}

/** What the thread says of its own error is not repeated: it may hold anything. */
function reasonOf(error: unknown): Pick<ChildEnd, 'reason' | 'detail'> {
  const code = error instanceof Error || (typeof error === 'object' && error !== null) ? (error as { code?: unknown }).code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { reason: 'memory', detail: 'it ran out of memory' };
  return { reason: 'exit', detail: 'its thread ended by an error that nothing caught' };
}

/** A share of the heap is for young objects; less than a few megabytes and no runtime starts. */
function heapOf(maxMemoryMb: number | undefined): ResourceLimits | undefined {
  if (maxMemoryMb === undefined) return undefined;
  const young = Math.min(16, Math.max(1, Math.floor(maxMemoryMb / 8)));
  return { maxYoungGenerationSizeMb: young, maxOldGenerationSizeMb: Math.max(1, maxMemoryMb - young) };
}
