import { describe, expect, it } from '@jest/globals';
import { BoundedCache } from './bounded-cache.js';

describe('BoundedCache', () => {
  it('forgets the oldest answer when it is full', () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.set('c', 3);

    expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.size]).toEqual([undefined, 2, 3, 2]);
  });

  it('never grows beyond its size', () => {
    const cache = new BoundedCache<number, number>(16);
    for (let i = 0; i < 1000; i++) cache.set(i, i);

    expect(cache.size).toBe(16);
  });
});
