import { describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../entry/digest.js';
import { HashSet } from './hash-set.js';

describe('HashSet', () => {
  it('remembers what was added, and nothing else, beyond its first capacity', () => {
    const set = new HashSet();
    for (let i = 0; i < 10_000; i += 1) set.add(sha256Hex(String(i)));
    set.add(sha256Hex('0'));

    const known = Array.from({ length: 10_000 }, (_, i) => set.has(sha256Hex(String(i))));
    const unknown = Array.from({ length: 1000 }, (_, i) => set.has(sha256Hex(String(-1 - i))));

    expect([known.includes(false), unknown.includes(true)]).toEqual([false, false]);
  });
});
