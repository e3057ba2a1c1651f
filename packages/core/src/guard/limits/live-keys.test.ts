import { describe, expect, it } from '@jest/globals';
import { CostLedger } from './cost-ledger.js';
import { RateLimiter } from './rate-limiter.js';

const rule = { maxCalls: 1, windowMs: 1_000 };
const spread = { ...rule, algorithm: 'gcra' as const, burst: 1 };

describe('a stream of invented keys', () => {
  it.each([['a sliding window', rule], ['gcra', spread]])('fills no more than its bound under %s, and is refused beyond', (_name, under) => {
    const limiter = new RateLimiter(500);
    for (let i = 0; i < 500; i += 1) expect(limiter.acquire([{ key: `key ${String(i)}`, rule: under }], 0)).toBeUndefined();

    expect(() => limiter.acquire([{ key: 'one more', rule: under }], 1)).toThrow(expect.objectContaining({ code: 'GUARD' }));
    expect(limiter.size).toBe(500);
  });

  it('leaves known keys counted', () => {
    const limiter = new RateLimiter(2);
    for (const key of ['a', 'b']) limiter.acquire([{ key, rule }], 0);

    expect(() => limiter.acquire([{ key: 'c', rule }], 1)).toThrow(expect.objectContaining({ code: 'GUARD' }));
    expect(limiter.acquire([{ key: 'a', rule }], 1)).toMatchObject({ retryAfterMs: 999 });
    expect(limiter.acquire([{ key: 'c', rule }], 1_000)).toBeUndefined();
  });

  it('takes no place in one limit when another cannot be counted', () => {
    const limiter = new RateLimiter(2);
    for (const key of ['a', 'b']) limiter.acquire([{ key, rule: { maxCalls: 2, windowMs: 1_000 } }], 0);

    expect(() => limiter.acquire([{ key: 'a', rule: { maxCalls: 2, windowMs: 1_000 } }, { key: 'c', rule }], 1)).toThrow(expect.objectContaining({ code: 'GUARD' }));
    expect(limiter.usage('a', 1_000, 1)).toBe(1);
  });

  it('does not pile up: what is idle is swept as new keys come', () => {
    const limiter = new RateLimiter();
    let most = 0;
    for (let i = 0; i < 20_000; i += 1) {
      limiter.acquire([{ key: `key ${String(i)}`, rule }], i * 10);
      most = Math.max(most, limiter.size);
    }

    expect(most).toBeLessThan(1_000);
  });

  it('does not pile up in counts of blocked calls, and cannot make room for a call', () => {
    const limiter = new RateLimiter(10);
    for (let i = 0; i < 1_000; i += 1) limiter.count([{ key: `key ${String(i)}`, rule }], 0);

    expect(limiter.size).toBe(10);
    expect(() => limiter.acquire([{ key: 'key 999', rule }], 1)).toThrow(expect.objectContaining({ code: 'GUARD' }));
  });

  it('in one limit leave room in every other, and what is idle in one is not looked for in another', () => {
    const limiter = new RateLimiter(10);
    for (let i = 0; i < 10; i += 1) limiter.acquire([{ key: `key ${String(i)}`, rule, pool: 'flooded' }], 0);

    expect(() => limiter.acquire([{ key: 'one more', rule, pool: 'flooded' }], 1)).toThrow(expect.objectContaining({ code: 'GUARD' }));
    expect(limiter.acquire([{ key: 'mine', rule, pool: 'other' }], 1)).toBeUndefined();
    const ledger = new CostLedger(10);
    for (let i = 0; i < 10; i += 1) ledger.record([`s${String(i)}`], 1);
    ledger.record(['policy:p', 'container'], 1);
    expect(ledger.spentUsd('policy:p')).toBe(1);
  });

  it('does not pile up by pools either, as policies come and go', () => {
    const limiter = new RateLimiter();
    for (let i = 0; i < 5_000; i += 1) limiter.acquire([{ key: `policy ${String(i)}`, rule, pool: `policy ${String(i)}` }], i * 1_000);

    expect(limiter.size).toBeLessThan(100);
  });

  it('fills no more accounts than there may be, and sweeps those of periods that are over', () => {
    const ledger = new CostLedger(100);
    const day = 86_400_000;
    const spend = (name: string, wallMs: number): void => {
      ledger.spend([{ account: name, limitMicros: 5, period: 'day' }], 5, wallMs);
    };
    for (let i = 0; i < 100; i += 1) spend(`agent ${String(i)}`, day);

    expect(() => { spend('one more', day); }).toThrow(expect.objectContaining({ code: 'GUARD' }));
    for (let i = 0; i < 100; i += 1) spend(`new agent ${String(i)}`, 2 * day);
    expect(ledger.size).toBe(100);
    // The clock goes back: nobody's day begins anew, also of accounts that were swept.
    expect(ledger.accountsOf([{ account: 'new agent 7', limitMicros: 5, period: 'day' }], day)[0]?.heldMicros).toBe(5);
  });
});
