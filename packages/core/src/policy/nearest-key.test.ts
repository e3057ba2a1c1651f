import { describe, expect, it } from '@jest/globals';
import { editDistance, nearestKey } from './nearest-key.js';

const known = ['allowed_tools', 'denied_tools', 'max_call_duration_seconds', 'max_cost_usd', 'name'];

describe('nearestKey', () => {
  it.each([
    ['alowed_tools', 'allowed_tools'],
    ['deneid_tools', 'denied_tools'],
    ['deny_tools', 'denied_tools'],
    ['allowedTools', 'allowed_tools'],
    ['Allowed-Tools', 'allowed_tools'],
    ['max_call_duration', 'max_call_duration_seconds'],
    ['nam', 'name'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearestKey(typed, known)).toBe(meant);
  });

  it.each(['x', '', 'zebra', '__proto__', 'constructor', 'y'.repeat(100_000)])('has no guess for %.20s', (typed) => {
    expect(nearestKey(typed, known)).toBeUndefined();
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', '', 3],
    ['', 'ab', 2],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});
