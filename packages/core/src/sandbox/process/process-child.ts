import type { ChildProcessByStdio } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Duplex, Readable } from 'node:stream';
import type { Child, ChildEnd } from '../launcher.js';
import { CapturedOutput, defaultMaxOutputBytes } from './captured-output.js';
import { frame, FrameReader, hello } from './frames.js';
import { howItEnded } from './how-it-ended.js';
import { linkFd } from './link-fd.js';
import { vitalsOf } from './vitals.js';

/** Started with standard output and error as pipes. */
export type StartedProcess = ChildProcessByStdio<null, Readable, Readable>;

export interface ProcessChildOptions {
  readonly maxMessageBytes: number;
  readonly maxOutputBytes: number | undefined;
  readonly maxMemoryMb: number | undefined;
  readonly maxCpuMs: number | undefined;
  /** Resident bytes at which the parent ends it; `undefined` where the kernel refuses the memory itself. */
  readonly maxResidentBytes: number | undefined;
  /** The process that runs the tool, where it is not the one that was started. */
  readonly innerPid?: (() => number | undefined) | undefined;
  /** Once, when nothing of it runs any more. */
  readonly cleanUp: () => Promise<void>;
}

/** Unread messages that a child may leave lying in the parent. */
const maxUnreadBytes = 64 * 1024 * 1024;
const watchEveryMs = 50;
/** Between a pipe that closes and the news that its process ended. */
const lineGraceMs = 250;
/** How long pipes may stay open after the process is gone; whatever holds them was killed with it. */
const pipeGraceMs = 1_000;

/** A process at the other end of a pipe. Nothing that it sends or does is trusted. */
export class ProcessChild implements Child {
  readonly output: CapturedOutput;
  /** Whether it came to run our own code. */
  readonly up: Promise<boolean>;
  readonly #process: StartedProcess;
  readonly #startedAt = performance.now();
  readonly #link: Duplex;
  readonly #options: ProcessChildOptions;
  readonly #gone: Promise<void>;
  readonly #waiting: string[] = [];
  #listener: ((message: unknown) => void) | undefined;
  #endListener: ((end: ChildEnd) => void) | undefined;
  #end: ChildEnd | undefined;
  #ended: Pick<ChildEnd, 'reason' | 'detail'> | undefined;
  #isUp = false;
  #hasExited = false;
  #cpuAtStart = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(started: StartedProcess, options: ProcessChildOptions) {
    this.#process = started;
    this.#options = options;
    // Asked for as a pipe when it was started, which is a socket both ways.
    this.#link = started.stdio[linkFd] as unknown as Duplex;
    this.output = new CapturedOutput(options.maxOutputBytes ?? defaultMaxOutputBytes, started.stdout, started.stderr);
    let cameUp: (isUp: boolean) => void = () => undefined;
    this.up = new Promise((resolve) => (cameUp = resolve));
    this.#readLink(() => cameUp(true));
    this.#gone = this.#whenGone().finally(() => cameUp(false));
  }

  post(message: unknown): void {
    if (this.#ended !== undefined || this.#end !== undefined) return;
    this.#link.write(frame(typeof message === 'string' ? message : JSON.stringify(message)));
    if (this.#link.writableLength > maxUnreadBytes) this.#stop('garbage', 'it does not read what it is sent');
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
    for (const message of this.#waiting.splice(0)) listener(message);
    this.#link.resume();
  }

  onEnd(listener: (end: ChildEnd) => void): void {
    this.#endListener = listener;
    if (this.#end !== undefined) listener(this.#end);
  }

  kill(): Promise<void> {
    if (this.#end === undefined) this.#stop('killed', 'it was ended by the parent');
    return this.#gone;
  }

  #readLink(cameUp: () => void): void {
    const reader = new FrameReader(this.#options.maxMessageBytes);
    this.#link.on('data', (chunk: Buffer) => {
      if (this.#ended !== undefined) return;
      const messages = reader.push(chunk);
      if (messages === 'too large') return this.#stop('garbage', `it announced a message of more than ${String(this.#options.maxMessageBytes)} bytes`);
      for (const message of messages) {
        if (this.#isUp) this.#deliver(message);
        else this.#startedWith(message, cameUp);
      }
    });
    this.#link.on('error', () => undefined);
    this.#link.on('close', () => {
      // Code that closes the line can no longer be asked for anything.
      if (this.#process.exitCode === null && this.#process.signalCode === null) setTimeout(() => this.#lineCut(), lineGraceMs);
    });
  }

  #startedWith(message: string, cameUp: () => void): void {
    if (message !== hello) return this.#stop('garbage', 'its first word is not that of our own code');
    this.#isUp = true;
    // Known from now on, also once whoever started it is gone.
    this.#options.innerPid?.();
    this.#startWatch();
    cameUp();
  }

  #deliver(message: string): void {
    if (this.#ended !== undefined) return;
    if (this.#listener !== undefined) return this.#listener(message);
    this.#waiting.push(message);
    // Unread messages stay in the child's own memory.
    this.#link.pause();
  }

  #lineCut(): void {
    if (this.#end === undefined && this.#process.exitCode === null) this.#stop('garbage', 'it closed the line to its parent');
  }

  /** Processor time to a tenth of a second, where the kernel's own limit counts whole ones. */
  #startWatch(): void {
    const { maxCpuMs, maxResidentBytes } = this.#options;
    if (maxCpuMs === undefined && maxResidentBytes === undefined) return;
    this.#cpuAtStart = this.#vitals()?.cpuMs ?? 0;
    this.#watch = setInterval(() => {
      const vitals = this.#vitals();
      if (vitals === undefined) return;
      if (maxCpuMs !== undefined && vitals.cpuMs - this.#cpuAtStart >= maxCpuMs) this.#stop('cpu', `it used more than ${String(maxCpuMs)} ms of processor time`);
      if (maxResidentBytes !== undefined && vitals.residentBytes > maxResidentBytes) this.#stop('memory', `it used more than ${String(maxResidentBytes)} bytes of memory`);
    }, watchEveryMs).unref();
  }

  #vitals(): ReturnType<typeof vitalsOf> {
    const pid = this.#options.innerPid === undefined ? this.#process.pid : this.#options.innerPid();
    return pid === undefined ? undefined : vitalsOf(pid);
  }

  #stop(reason: ChildEnd['reason'], detail: string): void {
    this.#ended ??= { reason, detail };
    this.#killGroup();
  }

  #killGroup(): void {
    const { pid } = this.#process;
    // A while after its end, its number may be another's.
    if (pid === undefined || this.#hasExited) return;
    try {
      // It leads a group of its own, so that what it may have started goes with it.
      if (process.platform === 'win32') this.#process.kill('SIGKILL');
      else process.kill(-pid, 'SIGKILL');
    } catch {
      // No such group: all of it is gone, which is what was asked for.
    }
  }

  async #whenGone(): Promise<void> {
    const [exitCode, signal] = await this.#exit();
    clearInterval(this.#watch);
    this.#killGroup();
    this.#hasExited = true;
    if (this.#listener === undefined) this.#link.resume();
    await this.#closed();
    // A folder that cannot be removed is no reason to keep a call waiting.
    await this.#options.cleanUp().catch(() => undefined);
    const { maxMemoryMb, maxCpuMs } = this.#options;
    const mostCpuMs = (performance.now() - this.#startedAt) * availableParallelism();
    this.#end = howItEnded({ exitCode, signal, ended: this.#ended, isUp: this.#isUp, lastErrors: this.output.lastErrors, maxMemoryMb, maxCpuMs, mostCpuMs });
    this.#endListener?.(this.#end);
  }

  #exit(): Promise<[number | null, string | null]> {
    return new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => resolve([code, signal]));
      // It was started, so this says that a signal could not be sent, which the group's own took care of.
      this.#process.on('error', () => undefined);
    });
  }

  /** All that was on its way has been read, or can no longer come. */
  #closed(): Promise<void> {
    const streams = [this.#link, this.#process.stdout, this.#process.stderr];
    return new Promise((resolve) => {
      const cut = setTimeout(() => {
        for (const stream of streams) stream.destroy();
        resolve();
      }, pipeGraceMs);
      const done = (): void => {
        if (streams.some((stream) => !stream.closed)) return;
        clearTimeout(cut);
        resolve();
      };
      for (const stream of streams) stream.once('close', done);
      done();
    });
  }
}
