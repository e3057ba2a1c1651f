import type { Walk } from './walk.js';

/**
 * A promise, or what `late` makes of it when the call's time or its caller's patience ends first. Where neither can end,
 * nothing is set up. The loser goes on unobserved: its value is dropped, its rejection handled.
 */
export function withinLimits<T>(
  walk: Walk,
  pending: Promise<T>,
  leftMs: number | undefined,
  late: (why: 'time' | 'signal') => T,
): Promise<T> {
  const { abort } = walk;
  if (abort === undefined) return pending;
  return new Promise<T>((resolve) => {
    const end = (why: 'time' | 'signal'): void => {
      clean();
      // What `late` throws rejects.
      resolve(
        new Promise((done) => {
          done(late(why));
        }),
      );
    };
    const onAbort = (): void => {
      end('signal');
    };
    const stopTimer = leftMs === undefined ? undefined : walk.house.clock.schedule(Math.max(0, leftMs), () => {
      end('time');
    });
    const clean = (): void => {
      stopTimer?.();
      abort.signal.removeEventListener('abort', onAbort);
    };
    if (abort.signal.aborted) onAbort();
    else abort.signal.addEventListener('abort', onAbort);
    const settled = (): void => {
      clean();
      resolve(pending);
    };
    pending.then(settled, settled);
  });
}
