import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@enforcecore/core/testing';
import { downMs, RestartPace } from './restart-pace.js';

describe('RestartPace', () => {
  it('doubles its pauses, and then rests', () => {
    const pace = new RestartPace(new FakeClock());

    const waits = Array.from({ length: 6 }, () => (pace.failed(0), pace.waitMs));

    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, downMs]);
    expect(pace.isDown).toBe(true);
  });

  it('is tried once after the rest, and rests again when that fails', () => {
    const clock = new FakeClock();
    const pace = new RestartPace(clock);
    for (let i = 0; i < 6; i += 1) pace.failed(0);

    clock.advance(downMs);
    const waitMs = pace.waitMs;
    pace.failed(0);

    expect(waitMs).toBe(0);
    expect(pace.waitMs).toBe(downMs);
  });

  it('forgives failures after a connection that lasted, or that was closed on purpose', () => {
    const pace = new RestartPace(new FakeClock());
    for (let i = 0; i < 5; i += 1) pace.failed(0);

    pace.failed(60_000);
    const lasted = pace.waitMs;
    pace.servedWell();

    expect(lasted).toBe(250);
    expect(pace.waitMs).toBe(0);
  });
});
