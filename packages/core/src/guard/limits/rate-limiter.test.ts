import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateLimiter } from './rate-limiter.js';

const rule = { maxCalls: 3, windowMs: 1_000 };
const request = { key: 'tool', rule };

describe('RateLimiter', () => {
  it('lets in as many calls as the rule says, and tells when the next one fits', () => {
    const limiter = new RateLimiter();
    for (const now of [0, 100, 200]) expect(limiter.acquire([request], now)).toBeUndefined();

    expect(limiter.acquire([request], 300)).toMatchObject({ key: 'tool', retryAfterMs: 700 });
    expect(limiter.acquire([request], 1_000)).toBeUndefined();
    expect(limiter.acquire([request], 1_000)).toMatchObject({ retryAfterMs: 100 });
  });

  it('takes a place everywhere or nowhere', () => {
    const limiter = new RateLimiter();
    const global = { key: 'global', rule: { maxCalls: 1, windowMs: 1_000 } };
    limiter.acquire([global], 0);

    expect(limiter.acquire([request, global], 1)).toMatchObject({ key: 'global' });
    expect(limiter.usage('tool', 1_000, 1)).toBe(0);
  });

  it('gives back the place of a call that did not run', () => {
    const limiter = new RateLimiter();
    for (const now of [0, 1, 2]) limiter.acquire([request], now);
    limiter.release([request], 1);

    expect(limiter.acquire([request], 3)).toBeUndefined();
    expect(limiter.acquire([request], 4)).toBeDefined();
  });

  it('lets nothing in when the rule says none', () => {
    expect(new RateLimiter().acquire([{ key: 'k', rule: { maxCalls: 0, windowMs: 50 } }], 0)).toMatchObject({ retryAfterMs: 50 });
  });

  it('never has more calls in any window than the rule says, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 120 }), fc.integer({ min: 1, max: 40 }), (steps, maxCalls) => {
        const limiter = new RateLimiter();
        const admitted: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          if (limiter.acquire([{ key: 'k', rule: { maxCalls, windowMs: 1_000 } }], now) === undefined) admitted.push(now);
        }
        for (const end of admitted) {
          expect(admitted.filter((time) => time > end - 1_000 && time <= end).length).toBeLessThanOrEqual(maxCalls);
        }
      }),
    );
  });
});
