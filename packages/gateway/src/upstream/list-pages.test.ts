import { describe, expect, it } from '@jest/globals';
import { listPages, type AskPage } from './list-pages.js';

const limits = { maxPages: 4, maxItems: 10, maxChars: 1_000 };

describe('listPages', () => {
  it('puts pages together', async () => {
    const ask: AskPage = (cursor) => Promise.resolve(cursor === undefined ? { xs: [1, 2], nextCursor: 'b' } : { xs: [3] });

    await expect(listPages('xs', 'xs', ask, limits)).resolves.toEqual([1, 2, 3]);
  });

  it.each<[string, AskPage]>([
    ['has no end', (cursor = '0') => Promise.resolve({ xs: [], nextCursor: `${cursor}0` })],
    ['goes in circles', () => Promise.resolve({ xs: [], nextCursor: 'a' })],
    ['has too many items', () => Promise.resolve({ xs: Array.from({ length: 11 }, () => 0) })],
    ['is too large', () => Promise.resolve({ xs: ['x'.repeat(1_001)] })],
    ['is no list', () => Promise.resolve({ xs: { length: 3 } })],
    ['has a cursor that is no text', () => Promise.resolve({ xs: [], nextCursor: 7 })],
    ['has a cursor that is too long', () => Promise.resolve({ xs: [], nextCursor: 'x'.repeat(5_000) })],
  ])('uses no list that %s', async (_what, ask) => {
    await expect(listPages('xs', 'xs', ask, limits)).rejects.toMatchObject({ code: 'GATEWAY' });
  });
});
