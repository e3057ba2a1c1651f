import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GlobIndex } from './glob-index.js';
import { Glob } from './glob.js';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 6 });
const pattern = fc.array(text, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('*'));

function indexOf(patterns: readonly string[]): GlobIndex<number> {
  const index = new GlobIndex<number>();
  patterns.forEach((one, i) => {
    index.add(one, i);
  });
  return index;
}

describe('GlobIndex', () => {
  it('finds what trying every pattern finds', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 20 }), text, (patterns, name) => {
        const tried = patterns.flatMap((one, i) => (new Glob(one).matches(name) ? [i] : []));

        expect(indexOf(patterns).matching(name).sort((a, b) => a - b)).toEqual(tried);
      }),
    );
  });

  it('knows the patterns it has', () => {
    const index = indexOf(['files.*']);

    expect([index.has('files.*'), index.has('files.read')]).toEqual([true, false]);
  });

  it('does not let the two ends of a name overlap', () => {
    expect(indexOf(['aba*bab']).matching('abab')).toEqual([]);
  });
});
