import { ToolList } from '@enforcecore/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { overlap, PatternSet, reached } from './pattern-set.js';

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 6 });
const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 });
const matches = (glob: string, text: string): boolean => new ToolList([glob]).matches(text).length > 0;

describe('PatternSet', () => {
  it('says that an entry covers a pattern only where it matches every name that the pattern matches', () => {
    fc.assert(
      fc.property(pattern, pattern, name, (entry, asked, text) => {
        if (new PatternSet([entry]).covering(asked).length > 0 && matches(asked, text)) expect(matches(entry, text)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('overlap', () => {
  it('holds for every two patterns that one name meets', () => {
    fc.assert(
      fc.property(pattern, pattern, name, (one, other, text) => {
        fc.pre(one.includes('*') && other.includes('*'));
        if (matches(one, text) && matches(other, text)) expect(overlap(one, other)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('reached', () => {
  it('holds every pattern that shares a name with an entry', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), fc.array(pattern, { maxLength: 4 }), name, (asked, list, text) => {
        const found = reached(asked, list);
        for (const one of asked) if (matches(one, text) && list.some((entry) => matches(entry, text))) expect(found.has(one)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
