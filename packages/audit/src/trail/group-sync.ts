import { fileError, type TrailError } from '../errors.js';
import type { Files } from './files.js';
import { writeAgain } from './write-again.js';

interface Round {
  readonly done: Promise<void>;
  readonly run: () => void;
}

/**
 * fdatasync for one open file, one at a time: who asks while one is under way waits for the next, together with all
 * others. After a failure nobody can know what reached the disk, so every later one fails too: what no sync covered is
 * written again, and the file is opened anew.
 */
export class GroupSync {
  readonly #files: Files;
  readonly #fd: number;
  readonly #names: readonly string[];
  /** What is before this offset a sync has covered. */
  #safe = 0;
  #isUncertain = false;
  #isRunning = false;
  #next: Round | null = null;
  #failure: unknown = null;
  #isClosed = false;

  /** `names`: what the file is or may later be called, the first for errors. */
  constructor(files: Files, fd: number, names: readonly string[]) {
    this.#files = files;
    this.#fd = fd;
    this.#names = names;
  }

  /** Whether one has failed. */
  get isBroken(): boolean {
    return this.#failure !== null;
  }

  now(): void {
    this.#refuseBroken();
    try {
      const { size } = this.#files.fstatSync(this.#fd);
      this.#files.fdatasyncSync(this.#fd);
      this.#safe = size;
    } catch (error) {
      this.#break(error);
      throw this.#failed(error);
    }
  }

  /** The same also after a failure: through a descriptor that knows nothing of it, and with what it had dropped. */
  nowEvenIfBroken(): void {
    if (!this.isBroken) {
      this.now();
      return;
    }
    try {
      this.#isUncertain = true;
      this.makeCertain((target) => { this.#files.fdatasyncSync(target); });
    } catch (error) {
      this.#isUncertain = true;
      throw this.#failed(error);
    }
  }

  /** Writes again what a failed one may have dropped, if that could not be done at once; throws if it still cannot. */
  makeCertain(end?: (target: number) => void): void {
    if (!this.#isUncertain) return;
    writeAgain(this.#files, this.#fd, { names: this.#names, from: this.#safe, end });
    this.#isUncertain = false;
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
    const end = (): void => {
      // Also of one that failed meanwhile: the system tells an error only once, perhaps not to the one it concerns.
      settle(this.#failure);
      this.#ended();
    };
    const run = (): void => {
      if (this.#failure === null) this.#begin(end);
      else end();
    };
    return { done, run };
  }

  #begin(end: () => void): void {
    let size: number;
    try {
      ({ size } = this.#files.fstatSync(this.#fd));
    } catch (error) {
      this.#break(error);
      end();
      return;
    }
    this.#files.fdatasync(this.#fd, (error) => {
      if (error !== null) this.#break(error);
      else if (this.#failure === null) this.#safe = Math.max(this.#safe, size);
      end();
    });
  }

  #break(error: unknown): void {
    this.#failure ??= error;
    this.#isUncertain = true;
    try {
      this.makeCertain();
    } catch {
      // The error that led here is the one to report; it is tried again before the file is opened anew.
    }
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
    return fileError(cause, this.#names[0] ?? '', 'cannot be sure that the disk has what was written to');
  }
}
