import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@enforcecore/core/testing';
import { Coalesced } from './coalesced.js';

describe('Coalesced', () => {
  it('tells the first at once, and of many only the last, when the time is over', () => {
    const clock = new FakeClock();
    let told = 0;
    const news = new Coalesced(clock, 200, () => ((told += 1), Promise.resolve()));

    for (let i = 0; i < 1_000; i += 1) news.tell();
    const atOnce = told;
    clock.advance(200);
    const later = told;
    clock.advance(10_000);

    expect([atOnce, later, told]).toEqual([1, 2, 2]);
  });

  it('tells nothing any more once it is closed', () => {
    const clock = new FakeClock();
    let told = 0;
    const news = new Coalesced(clock, 200, () => ((told += 1), Promise.resolve()));
    news.tell();
    news.tell();

    news.close();
    clock.advance(10_000);

    expect(told).toBe(1);
  });
});
