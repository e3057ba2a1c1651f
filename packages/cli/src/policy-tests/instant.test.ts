import { describe, expect, it } from '@jest/globals';
import { instantOf } from './instant.js';

describe('instantOf', () => {
  it.each([
    ['2026-11-21T10:00:00Z', Date.UTC(2026, 10, 21, 10)],
    ['2026-11-21T10:00Z', Date.UTC(2026, 10, 21, 10)],
    ['2026-11-21T10:00:00.250+02:00', Date.UTC(2026, 10, 21, 8, 0, 0, 250)],
    ['2024-02-29T23:59:59-05:30', Date.UTC(2024, 2, 1, 5, 29, 59)],
  ])('reads %s', (text, ms) => {
    expect(instantOf(text)).toBe(ms);
  });

  it.each(['', 'now', '2026-11-21', '2026-11-21T10:00:00', '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-11-21T25:00:00Z', '2026-11-21 10:00:00Z'])(
    'does not read %j',
    (text) => {
      expect(instantOf(text)).toBeUndefined();
    },
  );
});
