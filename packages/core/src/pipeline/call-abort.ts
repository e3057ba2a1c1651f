import { runInFrame, type Frame } from '../call.js';
import type { Trip } from '../guard/kill-switch/trip.js';

/** What can end a call from outside. The signal that tools get of it is made when one asks for it. */
export class CallAbort {
  #kill: Trip | undefined;
  #isAborted = false;
  #reason: unknown;
  #controller: AbortController | undefined;
  #frame: Frame | undefined;
  /** Most calls have one listener, which needs no set. */
  #listener: (() => void) | undefined;
  #listeners: Set<() => void> | undefined;
  #inner: Set<CallAbort> | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** The trip of the kill switch that ended the call, where that is what ended it. */
  get kill(): Trip | undefined {
    return this.#kill;
  }

  /** Ends the call and those made inside it; only the first reason counts. */
  abort(reason: unknown, kill?: Trip): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#kill = kill;
    const [first, listeners, inner] = [this.#listener, this.#listeners, this.#inner];
    this.#listener = undefined;
    this.#listeners = undefined;
    this.#inner = undefined;
    first?.();
    for (const listener of listeners ?? []) listener();
    for (const call of inner ?? []) call.abort(reason, kill);
    const [controller, frame] = [this.#controller, this.#frame];
    this.#frame = undefined;
    if (controller === undefined) return;
    if (frame === undefined) controller.abort(reason);
    else runInFrame(frame, () => {
      controller.abort(reason);
    });
  }

  /** What listens to the signal is the tool's code, whoever ends the call. */
  tellIn(frame: Frame): void {
    if (!this.#isAborted) this.#frame = frame;
  }

  onAbort(listener: () => void): void {
    if (this.#listener === undefined) this.#listener = listener;
    else (this.#listeners ??= new Set()).add(listener);
  }

  offAbort(listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
    else this.#listeners?.delete(listener);
  }

  /** Ends another call with this one, at once if this one has ended already. */
  add(inner: CallAbort): void {
    if (this.#isAborted) inner.abort(this.#reason, this.#kill);
    else (this.#inner ??= new Set()).add(inner);
  }

  remove(inner: CallAbort): void {
    this.#inner?.delete(inner);
  }

  /** Listeners and calls that would be told, for tests of what is left behind. */
  get size(): number {
    return (this.#listener === undefined ? 0 : 1) + (this.#listeners?.size ?? 0) + (this.#inner?.size ?? 0);
  }
}
