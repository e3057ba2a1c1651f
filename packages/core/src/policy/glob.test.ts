import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Glob } from './glob.js';

describe('Glob', () => {
  it.each([
    ['*', ''],
    ['*', 'anything'],
    ['a*', 'a'],
    ['*a', 'ba'],
    ['a*b*c', 'a_b_b_c'],
    ['a**b', 'ab'],
    ['*b*', 'abc'],
    ['ab*ba', 'abba'],
    ['same', 'same'],
  ])('%j matches %j', (pattern, name) => {
    expect(new Glob(pattern).matches(name)).toBe(true);
  });

  it.each([
    ['a*', 'ba'],
    ['*a', 'ab'],
    ['ab*ba', 'aba'],
    ['a*b*c', 'acb'],
    ['a*bc*c', 'a_bc'],
    ['same', 'samed'],
    ['*.x', 'ax'],
  ])('%j does not match %j', (pattern, name) => {
    expect(new Glob(pattern).matches(name)).toBe(false);
  });

  it('agrees with a regular expression', () => {
    const text = fc.stringMatching(/^[ab]{0,8}$/);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (parts, name) => {
        expect(new Glob(parts.join('*')).matches(name)).toBe(new RegExp(`^${parts.join('.*')}$`).test(name));
      }),
      { numRuns: 1000 },
    );
  });

  it('is linear where a backtracking matcher would never end', () => {
    const glob = new Glob(`${'a*'.repeat(50)}b`);
    const started = performance.now();

    expect(glob.matches('a'.repeat(200_000))).toBe(false);
    expect(glob.matches(`${'a'.repeat(200_000)}b`)).toBe(true);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('weighs the characters that it pins down', () => {
    expect([new Glob('*').weight, new Glob('send_*').weight, new Glob('*send_*l').weight]).toEqual([0, 5, 6]);
  });
});
