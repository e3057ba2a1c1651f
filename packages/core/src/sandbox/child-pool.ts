import { availableParallelism } from 'node:os';
import { runOutside } from '../call.js';
import type { Launcher, LaunchSpec } from './launcher.js';
import { Line } from './line.js';

/** Threads and processes that run at the same time, and that are kept for the next call. */
export interface PoolLimits {
  readonly maxBusy: number;
  readonly maxIdle: number;
  /** Streams that are open while nobody reads on: their children do not count as at work. 64 by default. */
  readonly maxOpen?: number;
}

const defaultMaxOpen = 64;


export function defaultPoolLimits(): PoolLimits {
  const cores = availableParallelism();
  return { maxBusy: Math.max(8, cores * 4), maxIdle: Math.max(4, cores * 2) };
}

/** The children of one level. Those that can be used again wait for the next call of the same code under the same rules. */
export class ChildPool {
  readonly launcher: Launcher;
  readonly #limits: PoolLimits;
  /** By what they were started for; oldest first. */
  readonly #idle = new Map<string, Line[]>();
  readonly #waiting: (() => void)[] = [];
  readonly #ending = new Set<Promise<void>>();
  #busy = 0;
  #idleCount = 0;
  #open = 0;
  #isClosed = false;

  constructor(launcher: Launcher, limits: PoolLimits) {
    this.launcher = launcher;
    this.#limits = limits;
  }

  /** How many there are, for tests of what is left behind. */
  get size(): { readonly busy: number; readonly idle: number; readonly waiting: number } {
    return { busy: this.#busy + this.#open, idle: this.#idleCount, waiting: this.#waiting.length };
  }

  /** A place for one more child at work, where one is free now. */
  takePlace(): boolean {
    if (this.#busy >= this.#limits.maxBusy) return false;
    this.#busy += 1;
    return true;
  }

  /** Resolves when a place was taken. @returns a function that gives it up, or the waiting for it */
  waitForPlace(): { readonly taken: Promise<void>; readonly giveUp: () => void } {
    let wake: () => void = () => undefined;
    let isTaken = false;
    const taken = new Promise<void>((resolve) => {
      wake = () => {
        isTaken = true;
        resolve();
      };
    });
    this.#waiting.push(wake);
    const giveUp = (): void => {
      if (isTaken) this.leavePlace();
      else this.#waiting.splice(this.#waiting.indexOf(wake), 1);
    };
    return { taken, giveUp };
  }

  leavePlace(): void {
    // More are at work than should be where streams are read on.
    const next = this.#busy > this.#limits.maxBusy ? undefined : this.#waiting.shift();
    if (next === undefined) this.#busy -= 1;
    else next();
  }

  /** Leaves the place of a stream that waits for its reader; `false` where too many do, and it keeps its own. */
  park(): boolean {
    if (this.#open >= (this.#limits.maxOpen ?? defaultMaxOpen)) return false;
    this.#open += 1;
    this.leavePlace();
    return true;
  }

  /** Somebody reads on: it is at work again, at once. */
  unpark(): void {
    this.#open -= 1;
    this.#busy += 1;
  }

  /** A warm child of this key's, for a place that was taken; those that an earlier call left at work are ended. */
  async takeIdle(key: string): Promise<Line | undefined> {
    for (let line = this.#idle.get(key)?.at(-1); line !== undefined; line = this.#idle.get(key)?.at(-1)) {
      this.#forget(key, line);
      if (await line.isCalm()) {
        line.child.setIdle?.(false);
        return line;
      }
      this.#end(line);
    }
    return undefined;
  }

  /** Starts a child in a place that was taken. */
  async start(spec: LaunchSpec): Promise<Line> {
    // Outside: a child lives longer than the call that it was started for.
    const line = new Line(await runOutside(() => this.launcher.launch(spec)));
    line.child.setIdle?.(false);
    return line;
  }

  /** A child that is still starting and that nobody waits for: its place is free when it came and is gone, or did not come. */
  abandon(starting: Promise<Line>): void {
    starting.then(
      (line) => {
        this.drop(line);
      },
      () => {
        this.leavePlace();
      },
    );
  }

  /** A child whose call has ended well. */
  giveBack(key: string, line: Line): void {
    if (!this.launcher.isReused || this.#isClosed || !line.isOpen) {
      this.drop(line);
      return;
    }
    line.rest();
    this.#keep(key, line);
    this.leavePlace();
  }

  /** A child that is of no more use: it is ended. A place is free again when it is gone. */
  drop(line: Line): void {
    this.#end(line, () => {
      this.leavePlace();
    });
  }

  /** Starts a child for the next call, in the place of one that was ended. */
  refill(key: string, spec: LaunchSpec): void {
    if (!this.launcher.isReused || this.#isClosed || this.#idleCount >= this.#limits.maxIdle) return;
    this.start(spec).then(
      (line) => {
        if (this.#isClosed) this.#end(line);
        else this.#keep(key, line);
      },
      () => undefined, // the next call starts its own, and tells what is wrong
    );
  }

  /** Ends all that are idle; those at work end with their call. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const lines of this.#idle.values()) for (const line of lines) this.#end(line);
    this.#idle.clear();
    this.#idleCount = 0;
    await Promise.all(this.#ending);
  }

  #keep(key: string, line: Line): void {
    line.child.setIdle?.(true);
    const lines = this.#idle.get(key);
    if (lines === undefined) this.#idle.set(key, [line]);
    else lines.push(line);
    this.#idleCount += 1;
    line.onEnd = () => {
      this.#forget(key, line);
    };
    if (this.#idleCount > this.#limits.maxIdle) this.#endOldest();
  }

  #forget(key: string, line: Line): void {
    const lines = this.#idle.get(key);
    const index = lines?.indexOf(line) ?? -1;
    if (lines === undefined || index < 0) return;
    lines.splice(index, 1);
    this.#idleCount -= 1;
    if (lines.length === 0) this.#idle.delete(key);
  }

  #endOldest(): void {
    for (const [key, lines] of this.#idle) {
      const oldest = lines[0];
      if (oldest === undefined) {
        this.#idle.delete(key);
        continue;
      }
      this.#forget(key, oldest);
      this.#end(oldest);
      return;
    }
  }

  #end(line: Line, then: () => void = () => undefined): void {
    const ended: Promise<void> = line.kill().catch(() => undefined).then(() => {
      this.#ending.delete(ended);
      then();
    });
    this.#ending.add(ended);
  }
}
