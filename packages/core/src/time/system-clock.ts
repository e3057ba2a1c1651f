import type { Clock } from './clock.js';

/** The host's clocks and timers. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  schedule(ms: number, action: () => void, { isBackground = false }: { readonly isBackground?: boolean } = {}): () => void {
    const timer = setTimeout(action, ms);
    if (isBackground) timer.unref();
    return () => {
      clearTimeout(timer);
    };
  }
}
