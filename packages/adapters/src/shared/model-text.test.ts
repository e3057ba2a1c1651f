import { refusalText } from '@enforcecore/core/tools';
import { describe, expect, it } from '@jest/globals';
import { asModelText } from './model-text.js';

describe('asModelText', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;

  it.each([
    ['text', 'as it is', 'as it is'],
    ['nothing', undefined, ''],
    ['null', null, 'null'],
    ['data', { a: [1, 'x'] }, '{"a":[1,"x"]}'],
    ['big integers', { n: 10n }, '{"n":"10"}'],
    ['maps and sets', { m: new Map([['k', 1]]), s: new Set([2]) }, '{"m":[["k",1]],"s":[2]}'],
    ['bytes', new Uint8Array(3), '"(3 bytes)"'],
    ['functions', () => 1, '(function)'],
    ['cycles', cyclic, '(a result that cannot be written as text)'],
    ['hostile objects', { get x(): never { throw new Error('no'); } }, '(a result that cannot be written as text)'],
  ])('writes %s', (_what, result, text) => {
    expect(asModelText(result)).toBe(text);
  });
});

describe('refusalText', () => {
  it('tells why, whether anything happened, and when to try again', () => {
    expect(refusalText({ message: 'too many calls', mayHaveRun: false, retryAfterMs: 1_200 })).toBe('too many calls. The tool did not run. Try again in 2 s.');
    expect(refusalText({ message: 'over 1 calls in 60 s; try again in 1199 ms', mayHaveRun: false, retryAfterMs: 1_198.5 })).toBe('over 1 calls in 60 s. The tool did not run. Try again in 2 s.');
    expect(refusalText({ message: 'too large', mayHaveRun: true })).toBe('too large. The tool may have run; its result is withheld.');
  });
});
