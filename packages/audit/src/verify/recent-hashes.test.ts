import { describe, expect, it } from '@jest/globals';
import { leafHash } from '../tree/tree-state.js';
import { RecentHashes, REMEMBERED } from './recent-hashes.js';

/** Like a hash, and made faster. */
function hashOf(i: number): string {
  return (i * 2654435761 % 0xffff_ffff_ffff).toString(16).padStart(12, '0') + '0'.repeat(52);
}

describe('RecentHashes', () => {
  it('remembers what was added, and nothing else', () => {
    const recent = new RecentHashes();
    for (let i = 0; i < 10_000; i += 1) recent.add(leafHash(String(i)));
    recent.add(leafHash('0'));

    const known = Array.from({ length: 10_000 }, (_, i) => recent.has(leafHash(String(i))));
    const unknown = Array.from({ length: 1000 }, (_, i) => recent.has(leafHash(String(-1 - i))));

    expect([known.includes(false), unknown.includes(true), recent.hasForgotten]).toEqual([false, false, false]);
  });

  it('remembers the last ones however many there were, and says that it has forgotten others', () => {
    const recent = new RecentHashes();
    const count = REMEMBERED * 3 + 7;
    for (let i = 0; i < count; i += 1) recent.add(hashOf(i));

    const last = Array.from({ length: 1000 }, (_, i) => recent.has(hashOf(count - REMEMBERED + i)));

    expect([last.includes(false), recent.has(hashOf(0)), recent.hasForgotten]).toEqual([false, false, true]);
  });
});
