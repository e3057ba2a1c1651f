import { fileError, type TrailError } from '../errors.js';
import type { Files } from './files.js';

interface Round {
  readonly done: Promise<void>;
  readonly run: () => void;
}

/**
 * fdatasync for one open file, one at a time: who asks while one is under way waits for the next, together with all
 * others. After a failure nobody can know what reached the disk, so every later one fails too: the file is opened anew.
 */
export class GroupSync {
  readonly #files: Files;
  readonly #fd: number;
  readonly #path: string;
  #isRunning = false;
  #next: Round | null = null;
  #failure: unknown = null;
  #isClosed = false;

  constructor(files: Files, fd: number, path: string) {
    this.#files = files;
    this.#fd = fd;
    this.#path = path;
  }

  /** Whether one has failed. */
  get isBroken(): boolean {
    return this.#failure !== null;
  }

  now(): void {
    this.#refuseBroken();
    try {
      this.#files.fdatasyncSync(this.#fd);
    } catch (error) {
      this.#failure = error;
      throw this.#failed(error);
    }
  }

  soon(): Promise<void> {
    if (this.#next !== null) return this.#next.done;
    const round = this.#round();
    this.#next = round;
    if (!this.#isRunning) this.#start();
    return round.done;
  }

  /** Closes the file, once nobody waits for it any more. */
  close(): void {
    this.#isClosed = true;
    if (!this.#isRunning && this.#next === null) this.#letGo();
  }

  #round(): Round {
    let settle: (error: unknown) => void = () => undefined;
    const done = new Promise<void>((resolve, reject) => {
      settle = (error) => {
        if (error === null) resolve();
        else reject(this.#failed(error));
      };
    });
    // Whoever asked has the promise; a second reader would only see an unhandled rejection.
    done.catch(() => undefined);
    const run = (): void => {
      if (this.#failure !== null) {
        settle(this.#failure);
        this.#ended();
        return;
      }
      this.#files.fdatasync(this.#fd, (error) => {
        if (error !== null) this.#failure = error;
        settle(error);
        this.#ended();
      });
    };
    return { done, run };
  }

  #start(): void {
    const round = this.#next;
    if (round === null) return;
    this.#next = null;
    this.#isRunning = true;
    round.run();
  }

  #ended(): void {
    this.#isRunning = false;
    if (this.#next !== null) this.#start();
    else if (this.#isClosed) this.#letGo();
  }

  #letGo(): void {
    try {
      this.#files.closeSync(this.#fd);
    } catch {
      // Nothing is promised by closing: what was acknowledged was written, or synced, before.
    }
  }

  #refuseBroken(): void {
    if (this.#failure !== null) throw this.#failed(this.#failure);
  }

  #failed(cause: unknown): TrailError {
    return fileError(cause, this.#path, 'cannot be sure that the disk has what was written to');
  }
}
