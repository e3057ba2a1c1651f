import { describe, expect, it } from '@jest/globals';
import { leafHash } from '../tree/tree-state.js';
import { HashSet } from './hash-set.js';

describe('HashSet', () => {
  it('remembers what was added, and nothing else, beyond its first capacity', () => {
    const set = new HashSet();
    for (let i = 0; i < 10_000; i += 1) set.add(leafHash(String(i)));
    set.add(leafHash('0'));

    const known = Array.from({ length: 10_000 }, (_, i) => set.has(leafHash(String(i))));
    const unknown = Array.from({ length: 1000 }, (_, i) => set.has(leafHash(String(-1 - i))));

    expect([known.includes(false), unknown.includes(true)]).toEqual([false, false]);
  });
});
