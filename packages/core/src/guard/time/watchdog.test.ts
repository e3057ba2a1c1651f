import { describe, expect, it } from '@jest/globals';
import { runWatched, WatchdogTimeout } from './watchdog.js';

describe('runWatched', () => {
  it('gives back what the code returns, and passes on what it throws', () => {
    expect(runWatched(1_000, () => 7)).toBe(7);
    expect(() => runWatched(1_000, () => { throw new RangeError('own'); })).toThrow(RangeError);
  });

  const endless: readonly [string, () => unknown][] = [
    ['a loop', () => { for (;;); }],
    ['a loop that catches everything', () => { for (;;) { try { for (;;); } catch { /* stays */ } } }],
    ['a catastrophic pattern', () => /^(a+)+$/.test(`${'a'.repeat(40)}b`)],
    ['Atomics.wait', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000)],
    ['an async function before its first await', async () => { for (;;); }],
  ];

  it.each(endless)('stops %s', (_name, body) => {
    const start = performance.now();

    expect(() => runWatched(30, body)).toThrow(WatchdogTimeout);
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('is used again after a stop', () => {
    expect(() => runWatched(20, () => { for (;;); })).toThrow(WatchdogTimeout);
    expect(runWatched(1_000, () => 'fine')).toBe('fine');
  });

  it('watches inside a watched call: the tighter limit stops, and the outer code goes on', () => {
    const outer = runWatched(2_000, () => {
      try {
        runWatched(20, () => { for (;;); });
      } catch (error) {
        return error instanceof WatchdogTimeout ? 'inner stopped' : 'wrong';
      }
      return 'not stopped';
    });

    expect(outer).toBe('inner stopped');
  });

  it('stops the outer call while an inner one runs', () => {
    let reached = false;

    expect(() => runWatched(30, () => { runWatched(5_000, () => { for (;;); }); reached = true; })).toThrow(WatchdogTimeout);
    expect(reached).toBe(false);
  });

  it("tells a stop from the code's own error that looks like one", () => {
    const forged = Object.assign(new Error('Script execution timed out'), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });

    expect(() => runWatched(1_000, () => { throw forged; })).toThrow(forged);
  });
});
