import type { Walk } from './walk.js';

/** What becomes of a wait. */
export interface Ends<V, T> {
  readonly value: (value: V) => T;
  readonly failure: (error: unknown) => T;
  /** The call's time ended first, or its caller or the kill switch ended it. What this throws rejects. */
  readonly late: (why: 'time' | 'abort') => T;
}

/**
 * A promise, or what `late` makes of it when the call's time ends first, or its caller or the kill switch ends it.
 * The loser goes on unobserved: its value is dropped, its rejection handled.
 */
export function withinLimits<T>(walk: Walk, pending: Promise<T>, leftMs: number | undefined, late: (why: 'time' | 'abort') => T): Promise<T> {
  return waitWithin(walk, pending, leftMs, { value: same, failure: thrown, late });
}

/** The same, where the end of the promise is made into something else: in one step, since every asynchronous call takes it. */
export function waitWithin<V, T>(walk: Walk, pending: Promise<V>, leftMs: number | undefined, { value, failure, late }: Ends<V, T>): Promise<T> {
  const { abort } = walk;
  if (abort === undefined) return pending.then(value, failure);
  walk.wait();
  walk.hearSwitch();
  return new Promise<T>((resolve, reject) => {
    let stopTimer: (() => void) | undefined;
    let isOver = false;
    const end = <A>(make: (given: A) => T, given: A): void => {
      if (isOver) return;
      isOver = true;
      stopTimer?.();
      abort.offAbort(onAbort);
      try {
        resolve(make(given));
      } catch (error) {
        reject(error); // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors -- as the tool threw it
      }
    };
    const onAbort = (): void => {
      end(late, 'abort');
    };
    abort.onAbort(onAbort);
    // A timer that is due at once must find everything in place.
    if (leftMs !== undefined && !abort.isAborted) {
      stopTimer = walk.house.clock.schedule(Math.max(0, leftMs), () => {
        end(late, 'time');
      });
    }
    pending.then(
      (settled) => {
        end(value, settled);
      },
      (error: unknown) => {
        end(failure, error);
      },
    );
    if (abort.isAborted) onAbort();
  });
}

function same<T>(value: T): T {
  return value;
}

function thrown(error: unknown): never {
  throw error;
}
