import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Glob } from './glob.js';
import { PatternCover, overlap } from './pattern-cover.js';

const pattern = fc.array(fc.constantFrom('a', 'b', '.', '*'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
const name = fc.array(fc.constantFrom('a', 'b', '.'), { minLength: 1, maxLength: 7 }).map((parts) => parts.join(''));

describe('PatternCover', () => {
  it.each(['tools', 'hosts', 'names', 'values'] as const)('covers no pattern of %s that meets a name which the list does not meet', (kind) => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 3 }), pattern, name, (list, entry, word) => {
        if (!new PatternCover(list, kind).covers(entry) || !new Glob(entry).matches(word)) return;
        // Dots at the end of a host say nothing.
        const host = kind === 'hosts' ? word.replace(/\.$/, '') : word;

        expect(list.some((one) => new Glob(one).matches(word) || (kind === 'hosts' && new Glob(one.replace(/\.$/, '')).matches(host)))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['names', '/bin/*', '/bin/x/rm'], ['names', '*', '/bin/rm'], ['names', 'ls', 'LS'], ['values', 'a*', 'ab'],
    ['hosts', '*', '127.0.0.1'], ['hosts', '*', '[::1]'], ['hosts', '*', '0x7f000001'], ['hosts', '*', 'localhost'], ['hosts', '*.a.com', 'a.com'], ['hosts', '*.a.com', '.a.com'],
    ['hosts', 'x*.a.com', 'x\u3002evil.a.com'],
  ] as const)('of %s does not take %s for a cover of %s', (kind, one, other) => {
    expect(new PatternCover([one], kind).covers(other)).toBe(false);
  });
});

describe('overlap', () => {
  it('is found exactly where a name meets both', () => {
    fc.assert(
      fc.property(pattern, pattern, name, (a, b, word) => {
        if (new Glob(a).matches(word) && new Glob(b).matches(word)) expect(overlap(a, b)).toBe(true);
      }),
      { numRuns: 3000 },
    );

    expect([overlap('a*', 'b*'), overlap('*a', '*b'), overlap('a*b', 'ab'), overlap('a*b', 'a'), overlap('a*c*', '*b')]).toEqual([false, false, true, false, true]);
  });
});
