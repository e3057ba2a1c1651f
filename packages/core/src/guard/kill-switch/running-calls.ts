import type { CallAbort } from '../../pipeline/call-abort.js';
import { killed } from './killed.js';
import type { Trip } from './trip.js';

/** As much of a call as it takes to stop it. */
export interface Running {
  readonly tool: string;
  readonly who: { readonly tenant: string | undefined; readonly agent: string | undefined; readonly session: string | undefined };
  readonly policy: { readonly name: string };
  readonly abort: CallAbort | undefined;
}

/** The calls of a container that somebody waits for. */
export class RunningCalls {
  readonly #calls = new Set<Running>();
  readonly #idle = new Set<() => void>();

  get size(): number {
    return this.#calls.size;
  }

  add(call: Running): void {
    this.#calls.add(call);
  }

  delete(call: Running): void {
    this.#calls.delete(call);
    if (this.#calls.size === 0) for (const done of [...this.#idle]) done();
  }

  /** Resolves when nothing runs, or when the time is up; real time, since real calls are waited for. */
  async settled(withinMs: number): Promise<void> {
    if (this.#calls.size === 0) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#idle.delete(done);
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      this.#idle.add(done);
    });
  }

  /** Aborts every call that the trip concerns, and with it the calls made inside it. */
  stop(trip: Trip): void {
    for (const call of [...this.#calls]) {
      if (concerns(trip, call)) call.abort?.abort(killed(call.tool, call.policy.name, trip), trip);
    }
  }
}

function concerns({ scope }: Trip, { tool, who }: Running): boolean {
  switch (scope.of) {
    case 'all':
      return true;
    case 'tool':
      return tool === scope.name;
    case 'agent':
    case 'tenant':
    case 'session':
      return who[scope.of] === scope.name;
  }
}
